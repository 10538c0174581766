/**
 * Streams are gone on with: whatever happens to their connections, what is said on them comes once and in order, to the end.
 *
 * It is about sessions whose streams open with an event that can be gone on after: where there is none, what was never heard of cannot be.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as FaultHttpClient from "@mcp-effect/testkit/FaultHttpClient"
import * as Law from "@mcp-effect/testkit/Law"
import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as HttpEnds from "../wire/HttpEnds.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

// Times in milliseconds. The stream for news is the third request, and opens without harm.
const Scenario = Schema.Struct({
  seed: between(0, 1000),
  news: Schema.Array(between(0, 3000)).check(Schema.isMaxLength(12)),
  requests: Schema.Array(Schema.Struct({
    at: between(0, 5000),
    steps: Schema.Array(between(0, 1500)).check(Schema.isMinLength(1), Schema.isMaxLength(8))
  })).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  // no more than a stream is gone on with in a row
  faults: Schema.Array(Schema.Struct({
    nth: Schema.Literals([3, 4, 5, 3, 4, 6, 8, 10, 15, 20]),
    kind: Schema.Literals(["cut", "cut", "cut", "slow", "late", "lose", "proxy", "refuse"]),
    millis: between(0, 5000),
    bytes: between(0, 600)
  })).check(Schema.isMinLength(1), Schema.isMaxLength(5))
})

type Scenario = typeof Scenario.Type

// In milliseconds: longer than it takes to come back to a stream, however often that failed.
const aftermath = 300_000

// Texts are cut within their characters, too.
const words = "é€😀 ".repeat(12)

const said = (stream: string, index: number): JsonRpc.Notification => ({
  jsonrpc: "2.0",
  method: "notifications/x",
  params: { stream, index, words }
})

type Heard = Readonly<Record<string, unknown>> | undefined

const run = Effect.fnUntraced(function*(scenario: Scenario): Effect.fn.Return<void, Law.Broken, Scope.Scope> {
  const { far, near } = yield* Effect.mapError(
    HttpEnds.make((client) => FaultHttpClient.make(client, scenario)),
    (error) => new Law.Broken({ reason: `no session could begin: ${error.message}` })
  )
  const heard = new Map<string, Array<unknown>>()
  const hear = (stream: string, what: unknown) => void heard.set(stream, [...heard.get(stream) ?? [], what])
  yield* Effect.forkScoped(near.run((json) => {
    const { id, params, result } = json as { id?: string; params?: Heard; result?: Heard }
    if (id === undefined) {
      hear(String(params?.["stream"]), params?.["words"] === words ? params["index"] : "something else")
    } else hear(id, result === undefined ? "an error" : "the answer")
  }))
  const context = yield* Effect.context<never>()
  yield* Effect.forkScoped(far.run((json) => {
    const { id, params } = json as { id: string; params: { steps: ReadonlyArray<number> } }
    const working = Effect.forEach(
      params.steps,
      (millis, index) => Effect.andThen(Effect.sleep(millis), far.send(said(id, index), id)),
      { discard: true }
    )
    Effect.runForkWith(context)(
      Effect.ignore(Effect.andThen(working, far.send({ jsonrpc: "2.0", id, result: {} }, id)))
    )
  }))
  yield* Effect.sleep(1000)
  const ends = yield* Effect.forEach([undefined, ...scenario.requests], (request, index) => {
    if (request === undefined) {
      return Effect.exit(
        Effect.forEach(
          scenario.news,
          (millis, index) => Effect.andThen(Effect.sleep(millis), far.send(said("news", index))),
          { discard: true }
        )
      )
    }
    const message: JsonRpc.Request = {
      jsonrpc: "2.0",
      id: `request ${index}`,
      method: "x",
      params: { steps: request.steps }
    }
    return Effect.exit(Effect.andThen(Effect.sleep(request.at), near.send(message)))
  }, { concurrency: "unbounded" })
  yield* Effect.sleep(aftermath)
  yield* compare("news", heard.get("news") ?? [], scenario.news.map((_, index) => index))
  for (const [index, { steps }] of scenario.requests.entries()) {
    const id = `request ${index + 1}`
    const own = heard.get(id) ?? []
    // nothing was heard that could be gone on after
    if (own.length === 0 && Exit.isFailure(ends[index + 1]!)) continue
    yield* compare(id, own, [...steps.keys(), "the answer"])
  }
})

const compare = (stream: string, heard: ReadonlyArray<unknown>, said: ReadonlyArray<unknown>) =>
  JSON.stringify(heard) === JSON.stringify(said)
    ? Effect.void
    : Effect.fail(new Law.Broken({ reason: `of ${stream} was heard [${heard.join()}], and said [${said.join()}]` }))

/** The law. */
export const law: Law.Law = Law.make(
  "a stream is gone on with where it was cut: each event comes once, in its order",
  Effect.succeed([Law.property({
    subject: "a session over HTTP",
    arbitrary: Arbitrary.schema(Scenario),
    holds: (scenario) =>
      VirtualTime.run(Effect.scoped(run(scenario)), { seed: scenario.seed }).pipe(
        Effect.catchTag("Stuck", (stuck) => Effect.fail(new Law.Broken({ reason: stuck.message })))
      )
  })])
)
