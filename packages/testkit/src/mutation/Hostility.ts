/**
 * The law of `Hostility`: among hostile messages, good ones are answered as ever, and nothing of the hostile ones is left.
 *
 * It is not about what cannot be read as JSON at all: that is up to the transport.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Peer from "@mcp-effect/core/Peer"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Conversations from "../Conversations.ts"
import * as Answering from "../conversations/Answering.ts"
import * as Offer from "../conversations/Offer.ts"
import * as Speaker from "../conversations/Speaker.ts"
import * as Law from "../Law.ts"
import * as Prototype from "../laws/Prototype.ts"
import * as Subject from "../laws/Subject.ts"
import type * as Wire from "../Wire.ts"
import * as Random from "./Random.ts"

/** A conversation, and what is said beside each line of it. */
interface Case {
  readonly lines: ReadonlyArray<unknown>
  readonly hostile: ReadonlyArray<{ readonly after: number; readonly message: unknown }>
}

/**
 * The law over a wire; `mutate` makes a hostile message of a good one, by a seed.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (
  settings: Subject.Settings,
  wire: Wire.Wire,
  versions: ReadonlyArray<string>,
  mutate: (message: unknown, seed: number) => unknown
): Law.Law =>
  Law.make(
    "hostile messages do no harm",
    Effect.forEach(versions, (version) =>
      Effect.map(
        Subject.use(settings, (subject) => Offer.make(settings, subject, version)),
        (offer) =>
          Law.property({
            subject: `a server among hostile messages of ${version}`,
            arbitrary: casesOf(version, offer, mutate),
            holds: (one) => Subject.use(settings, (subject) => holds(subject, wire, version, one))
          })
      ))
  )

const casesOf = (
  version: string,
  offer: Offer.Offer,
  mutate: (message: unknown, seed: number) => unknown
): Arbitrary.Arbitrary<Case> => {
  const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))
  const hostile = Arbitrary.schema(Schema.Struct({ after: upTo(999), of: upTo(999), seed: Random.Seed }))
  return Arbitrary.map(
    Arbitrary.all([
      Conversations.arbitrary(version, offer),
      // of another conversation, so that ids of this one are rarely used
      Conversations.arbitrary(version, offer),
      Arbitrary.array(hostile, { minLength: 1, maxLength: 12 })
    ]),
    ([good, others, hostile]) => ({
      lines: good.map(({ message }) => message),
      hostile: hostile.map(({ after, of, seed }, index) => ({
        after: after % good.length,
        message: mutate(withId([...others.map(({ message }) => message), ...answers], of, `hostile-${index}`), seed)
      }))
    })
  )
}

// To questions that the server may be asking.
const answers: ReadonlyArray<unknown> = [
  { jsonrpc: "2.0", id: 0, error: { code: -32601, message: "There is no such method" } },
  { jsonrpc: "2.0", id: 0, error: { code: 1, message: "no" } },
  { jsonrpc: "2.0", id: 0, result: Speaker.usualAnswer("sampling/createMessage", {}) }
]

const withId = (messages: ReadonlyArray<unknown>, of: number, id: string): unknown => {
  const message = messages[of % messages.length]
  return Predicate.isObject(message) && message["id"] !== undefined && message["method"] !== undefined
    ? { ...message, id }
    : message
}

const holds = Effect.fnUntraced(function*(
  subject: Subject.Subject,
  wire: Wire.Wire,
  version: string,
  { hostile, lines }: Case
): Effect.fn.Return<void, Law.Broken, Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const speaker = yield* Scope.provide(
    Effect.provideContext(
      Effect.flatMap(
        wire.serve,
        (connect) => Speaker.make(connect, { onLine: subject.note, answer: false })
      ),
      subject.context
    ),
    scope
  )
  const said: Array<unknown> = []
  const say = (message: unknown) => {
    said.push(message)
    return speaker.say(message)
  }
  const wanted = (said: ReadonlyArray<unknown>) => Answering.askedBy(understood(version, said))
  const isAnswered = () => speaker.isClosed() || Answering.isComplete(wanted(said), speaker.heard)
  for (const [index, line] of lines.entries()) {
    yield* say(line)
    if (Predicate.isObject(line) && line["method"] === "initialize") yield* speaker.until(isAnswered)
    for (const { after, message } of hostile) if (after === index) yield* say(message)
  }
  // what stands, stands until it is cancelled
  for (const [requestId, method] of wanted(said).methods) {
    if (method !== "subscriptions/listen") continue
    yield* say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })
  }
  // the user takes their time, and hostile answers come before theirs
  for (let replied = 0; !isAnswered();) {
    const questions = () => speaker.heard.filter(({ id, method }) => id !== undefined && method !== undefined)
    yield* speaker.until(() => isAnswered() || questions().length > replied)
    const { id, method, params } = questions()[replied] ?? {}
    if (id === undefined) continue
    replied++
    yield* say({ jsonrpc: "2.0", id, result: Speaker.usualAnswer(String(method), params) })
  }
  const polluted = [...Prototype.restore(), ...subject.invocations.flatMap(({ polluted }) => polluted)]
  if (polluted.length > 0) return yield* subject.broken(`every object has ${polluted.join(", ")} now`)
  if (speaker.isClosed()) return yield* subject.broken("the server closed the connection")
  const misfit = wrongOf(wanted(lines), said, wanted(said).cancelled, speaker.heard)
  if (misfit !== undefined) return yield* subject.broken(misfit)
  yield* Scope.close(scope, Exit.void)
  const server = Context.get(subject.context, Server)
  const left = [yield* server.connections, yield* server.listens]
  if (left.some((count) => count > 0)) {
    return yield* subject.broken(`of the connection were left ${left[0]} clients, and ${left[1]} that listen`)
  }
})

// What is no request wants no answer, whatever it looks like.
const understood = (version: string, said: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  said.filter((message) => !JsonRpc.isDeeperThan(message, Peer.defaultLimits.maxDepth))
    .flatMap((message) => Array.isArray(message) && Revisions.byVersion(version)?.batching !== true ? [] : message)
    .filter((message) => {
      const kind = JsonRpc.classify(message)
      return kind === "Request" || kind === "Notification"
    })

const isId = (id: unknown): boolean => typeof id === "string" || Number.isSafeInteger(id)

const wrongOf = (
  good: Answering.Asked,
  said: ReadonlyArray<unknown>,
  cancelled: ReadonlySet<unknown>,
  heard: ReadonlyArray<Speaker.Heard>
): string | undefined => {
  const counts = new Map<unknown, number>()
  const ids: ReadonlyArray<unknown> = said.flat().flatMap((message) =>
    Predicate.isObject(message) && isId(message["id"]) ? [message["id"]] : []
  )
  for (const answer of Answering.answersOf(heard)) {
    const { error, id, result } = answer
    if (result !== undefined && !ids.includes(id)) {
      return `an answer came that nobody asked for: ${JSON.stringify(answer)}`
    }
    if (Answering.isFailure(error)) return `the server failed: ${JSON.stringify(answer)}`
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  for (const id of good.methods.keys()) {
    // a hostile message may have got the same one
    if (ids.filter((other) => other === id).length > 1) continue
    const count = counts.get(id) ?? 0
    if (count > 1) return `the good request ${JSON.stringify(id)} was answered ${count} times`
    if (count === 0 && !cancelled.has(id)) {
      return `the good request ${JSON.stringify(id)} was not answered`
    }
  }
  return undefined
}
