/**
 * What the types of a harness accept and refuse: nothing of the server's needs, nor of its failures, is lost.
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Server } from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Answers from "@mcp-effect/testkit/Answers"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class Db extends Context.Service<Db, {}>()("Db") {}

declare const server: Layer.Layer<Server, "no database">
declare const needsDb: Layer.Layer<Server, never, Db>
declare const handlers: Layer.Layer<never, never, Client.Registry | Db>

const made = Harness.make(server)
assert<
  Equals<
    typeof made,
    Effect.Effect<Harness.Harness, SessionError | TransportError | "no database", Scope.Scope>
  >
>()

// what the server needs, and what answers it, is needed of the test
const needing = Harness.make(needsDb, { handlers, wire: Wire.stdio, versions: ["2025-11-25"] })
assert<Equals<Effect.Services<typeof needing>, Scope.Scope | Db>>()

// a layer of it has a scope of its own
const layer = Harness.layer(needsDb)
assert<Equals<typeof layer, Layer.Layer<Client.Client, SessionError | TransportError, Db>>>()

// the server of the context
const connected = Harness.connect()
assert<Equals<Effect.Services<typeof connected>, Scope.Scope | Server>>()

// answers are handlers of a client
Harness.make(server, {
  handlers: Answers.layer([Answers.form({ name: "Ada" }), Answers.roots([{ uri: "file:///a" }])])
})
// @ts-expect-error
Answers.layer([Answers.form({ name: { first: "Ada" } })])
// @ts-expect-error
Harness.make(server, { wire: "stdio" })
