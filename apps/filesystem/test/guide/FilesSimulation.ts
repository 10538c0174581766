/**
 * The server of files, with clients that come and go and give up, over connections that break.
 *
 * It is no test yet.
 */
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Arbitrary from "effect/Arbitrary"
import { List } from "../../src/DirectoryTools.ts"
import * as Files from "./Files.ts"

export const laws = () =>
  Simulation.laws({ server: Files.server, inputs: [Laws.input(List, Arbitrary.all({ path: Files.path }))] })
