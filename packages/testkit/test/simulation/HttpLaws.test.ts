import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Ownership from "./Ownership.ts"
import * as Resumption from "./Resumption.ts"

Vitest.laws("sessions over HTTP (HTTP-25, HTTP-42 to HTTP-44, SEC-12)", [Resumption.law, Ownership.law], {
  seed: 1,
  runs: 100
})
