/**
 * Faults of handlers.
 *
 * @since 0.1.0
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fault } from "./Fault.ts"

const Half = Tool.make("half", { input: { n: Schema.Int }, output: { half: Schema.Int } })

const halving = (halve: (n: number) => number) =>
  Laws.server(Server.layer(
    { name: "halves", version: "1.0.0" },
    Server.tool(Half, ({ n }) => Effect.sync(() => ({ half: halve(n) })))
  ))

export const faults: ReadonlyArray<Fault> = [
  {
    name: "an answer that does not fit its Schema",
    caughtBy: "valid input is answered, and the answer fits",
    faulty: halving((n) => n / 2),
    sound: halving((n) => Math.trunc(n / 2))
  }
]
