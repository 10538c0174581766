/**
 * The laws of HTTP itself, of its endpoint and its client's transport: those of simulations over it, of sessions, and of the
 * store of their events.
 *
 * They are not about anybody's handlers.
 *
 * @since 0.1.0
 */
import * as EventStore from "@mcp-effect/http/EventStore"
import * as EventStoreLaws from "@mcp-effect/testkit/EventStoreLaws"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Effect from "effect/Effect"
import * as Ownership from "./Ownership.ts"
import * as Resumption from "./Resumption.ts"

/** All. */
export const laws = (): ReadonlyArray<Law.Law> => [
  ...Simulation.laws({ over: "http" }),
  ...EventStoreLaws.all(Effect.sync(() => EventStore.makeMemory())),
  Resumption.law,
  Ownership.law
]
