/**
 * What the types of transcripts accept and refuse: a mismatch is an error that one can see, and what a client or a server needs is not lost.
 */
import type { Server } from "@mcp-effect/core/Server"
import type { Transport } from "@mcp-effect/core/Transport"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Recording from "@mcp-effect/testkit/Recording"
import * as Redaction from "@mcp-effect/testkit/Redaction"
import * as Replay from "@mcp-effect/testkit/Replay"
import type * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class Db extends Context.Service<Db, {}>()("Db") {}

declare const server: Layer.Layer<Server, "no database">
declare const needsDb: Layer.Layer<Server, never, Db>
declare const transport: Transport["Service"]
declare const entries: ReadonlyArray<Transcript.Entry>
declare const wire: Wire.Connect

// a text that is none is a value, never thrown
assert<
  Equals<
    ReturnType<typeof Transcript.parse>,
    Result.Result<ReadonlyArray<Transcript.Entry>, Transcript.TranscriptError>
  >
>()

// a replay to a server needs the server, and fails with a mismatch alone
const toServer = Replay.toServer(entries, { wire: Wire.stdio, mode: "lenient", named: ["taskId"] })
assert<Equals<typeof toServer, Effect.Effect<void, Replay.Mismatch, Server>>>()
const over = Replay.over(entries, wire)
assert<Equals<typeof over, Effect.Effect<void, Replay.Mismatch, Scope.Scope>>>()
// @ts-expect-error
Replay.toServer(entries, { mode: "loose" })

// what a client makes of it, and what it fails with, stays what it was; its scope is that of the replay
const toClient = Replay.toClient(
  entries,
  () => Effect.as(Effect.andThen(Effect.scope, Effect.flatMap(Db, () => Effect.fail("no" as const))), 1)
)
assert<Equals<typeof toClient, Effect.Effect<number, "no" | Replay.Mismatch, Db>>>()

// a law needs nothing
const law: Law.Law = Replay.law("it says what it said", entries, server)
Replay.clientLaw("it says what it said", entries, () => Effect.scope)
// @ts-expect-error
Replay.law("it says what it said", entries, needsDb)
// @ts-expect-error
Vitest.transcripts("transcripts", needsDb)
Vitest.transcripts("transcripts", server, { wires: [Wire.memory], except: ["a.jsonl"], update: false })
Vitest.laws("the server", [law])

// a recording is a transport as before it, until its scope ends
const recorded = Recording.toFile(transport, "session.jsonl", { redaction: Redaction.rules({ members: ["iban"] }) })
assert<Equals<typeof recorded, Effect.Effect<Transport["Service"], Transcript.TranscriptError, Scope.Scope>>>()
const recordedServer = Recording.server("sessions")(needsDb)
assert<Equals<typeof recordedServer, Layer.Layer<Server, never, Db>>>()
// the sides of a server are not its author's to choose
// @ts-expect-error
Recording.server("sessions", { side: "client" })
