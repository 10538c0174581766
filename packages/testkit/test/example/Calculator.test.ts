import * as Laws from "@mcp-effect/testkit/Laws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import { Calculator } from "./Calculator.ts"

Vitest.laws("the calculator", Laws.server(Calculator))
