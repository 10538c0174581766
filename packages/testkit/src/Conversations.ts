/**
 * `Conversations` are what a client that does everything right may say to a server, from the first message to the last, in each revision: they are made
 * of what the server has, so that most of what they ask is there.
 *
 * They are not simulations: nothing goes wrong on the way (`Simulation`), and nothing is said that is wrong (`Mutation`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import type { ServerCapabilities } from "@mcp-effect/core/protocol/Capabilities"
import type { InputRequests } from "@mcp-effect/core/protocol/InputRequired"
import * as Gate from "@mcp-effect/core/revision/Gate"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import type { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Answering from "./conversations/Answering.ts"
import * as Questions from "./conversations/Questions.ts"
import * as Speaker from "./conversations/Speaker.ts"
import * as Generators from "./Generators.ts"
import * as Law from "./Law.ts"
import * as Laws from "./Laws.ts"
import * as Subject from "./laws/Subject.ts"
import type * as Transcript from "./Transcript.ts"
import * as Wire from "./Wire.ts"

/**
 * What a server has: its capabilities, and questions that it has answers to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Offer {
  readonly capabilities: ServerCapabilities
  readonly questions: ReadonlyArray<Questions.Question>
}

interface Asking {
  readonly method: string
  readonly params: Questions.Params
}

type Step =
  | { readonly _tag: "Ask"; readonly asking: Asking; readonly hasToken: boolean }
  | { readonly _tag: "Cancel"; readonly back: number }
  | { readonly _tag: "Batch"; readonly askings: ReadonlyArray<Asking> }
  | { readonly _tag: "RootsChanged" }

// Who speaks a revision does not say that it can do what is not part of it.
const clientCapabilities = ({ elicitationModes }: Revision) => ({
  sampling: {},
  roots: { listChanged: true },
  ...(elicitationModes.length === 0 ? undefined : { elicitation: {} })
})

const clientInfo = { name: "conversation", version: "1.0.0" }

const rootsChanged = "notifications/roots/list_changed"

const revisionOf = (version: string): Revision => {
  const revision = Revisions.byVersion(version)
  if (revision === undefined) throw new Error(`There is no revision ${version}`)
  return revision
}

/**
 * Whole conversations of a revision, as the lines of their client: the handshake, questions with progress and without, cancellations, batches where
 * there are any, and one last question. Ids are numbers and texts in turn; that of the last question is `end`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arbitrary = (version: string, offer: Offer): Arbitrary.Arbitrary<ReadonlyArray<Transcript.Line>> => {
  const revision = revisionOf(version)
  const asking = Generators.oneOf(
    // what a server has says more about it
    [...offer.questions, ...offer.questions, ...offer.questions, ...Questions.ofAll]
      .filter(({ method }) => isOpen(revision, offer.capabilities, method))
      .map(({ method, params }) => Arbitrary.map(params, (params): Asking => ({ method, params })))
  )
  const ask = Arbitrary.map(
    Arbitrary.all({ asking, hasToken: Arbitrary.schema(Schema.Boolean) }),
    (ask): Step => ({ _tag: "Ask", ...ask })
  )
  const cancel = Arbitrary.map(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))),
    (back): Step => ({ _tag: "Cancel", back })
  )
  const batch = Arbitrary.map(
    Arbitrary.array(asking, { minLength: 1, maxLength: 3 }),
    (askings): Step => ({ _tag: "Batch", askings })
  )
  const step = Generators.oneOf<Step>([
    ...Array.from({ length: 5 }, () => ask),
    cancel,
    ...(revision.batching ? [batch] : []),
    ...(revision.clientNotifications.has(rootsChanged) ? [Arbitrary.Constant<Step>({ _tag: "RootsChanged" })] : [])
  ])
  return Arbitrary.map(Arbitrary.array(step, { minLength: 1, maxLength: 12 }), (steps) => linesOf(revision, steps))
}

const isOpen = (revision: Revision, server: ServerCapabilities, method: string): boolean => {
  const codec = revision.clientRequests.get(method)
  return codec !== undefined && Gate.isOpen(codec.gate, { client: clientCapabilities(revision), server })
}

const linesOf = (revision: Revision, steps: ReadonlyArray<Step>): ReadonlyArray<Transcript.Line> => {
  const messages: Array<unknown> = handshake(revision)
  const asked: Array<unknown> = []
  const listens: Array<unknown> = []
  const ask = ({ method, params }: Asking, hasToken: boolean) => {
    const id = asked.length % 2 === 0 ? asked.length : `text-${asked.length}`
    asked.push(id)
    if (method === "subscriptions/listen") listens.push(id)
    return request(revision, id, method, params, hasToken ? { progressToken: id } : {})
  }
  for (const step of steps) {
    switch (step._tag) {
      case "Ask":
        messages.push(ask(step.asking, step.hasToken))
        break
      case "Batch":
        messages.push(step.askings.map((asking) => ask(asking, false)))
        break
      case "Cancel":
        if (asked.length >= step.back) messages.push(cancellation(asked[asked.length - step.back]))
        break
      case "RootsChanged":
        messages.push({ jsonrpc: "2.0", method: rootsChanged })
        break
    }
  }
  messages.push(...listens.map(cancellation), request(revision, "end", lastMethod(revision), {}, {}))
  return messages.map((message) => ({ from: "client", message }))
}

const cancellation = (requestId: unknown) => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId }
})

const handshake = (revision: Revision): Array<unknown> =>
  revision.era === "stateless" ? [] : [
    {
      jsonrpc: "2.0",
      id: "hello",
      method: "initialize",
      params: { protocolVersion: revision.version, capabilities: clientCapabilities(revision), clientInfo }
    },
    { jsonrpc: "2.0", method: "notifications/initialized" }
  ]

const lastMethod = (revision: Revision): string => revision.era === "stateless" ? "server/discover" : "ping"

const request = (revision: Revision, id: unknown, method: string, params: Questions.Params, meta: Questions.Params) => {
  const _meta = revision.era === "session" ? meta : {
    ...meta,
    "io.modelcontextprotocol/protocolVersion": revision.version,
    "io.modelcontextprotocol/clientInfo": clientInfo,
    "io.modelcontextprotocol/clientCapabilities": clientCapabilities(revision)
  }
  return {
    jsonrpc: "2.0",
    id,
    method,
    params: Object.keys(_meta).length === 0 ? params : { ...params, _meta }
  }
}

/**
 * What a law needs to know beside the server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R = never> extends Omit<Laws.Options<R>, "handlers"> {
  /** `Wire.memory` by default; another is one pipe too (`isOrdered`), and carries whatever is said. */
  readonly wire?: Wire.Wire
  /** All that can be spoken over the wire by default. */
  readonly versions?: ReadonlyArray<string>
}

/**
 * The offer of a server, as a client of a revision is told of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const offer = Effect.fnUntraced(function*(
  settings: Subject.Settings,
  subject: Subject.Subject,
  version: string
): Effect.fn.Return<Offer, Law.Broken, Scope.Scope> {
  const revision = revisionOf(version)
  const speaker = yield* speak(subject, Wire.memory)
  const [hello] = revision.era === "stateless"
    ? [request(revision, "hello", lastMethod(revision), {}, {})]
    : handshake(revision)
  yield* speaker.say(hello)
  yield* speaker.until(() => speaker.isClosed() || speaker.heard.some(({ id }) => id === "hello"))
  const result = speaker.heard.find(({ id }) => id === "hello")?.["result"]
  const codec = revision.clientRequests.get(revision.era === "stateless" ? lastMethod(revision) : "initialize")
  if (codec === undefined || !Predicate.isObject(result)) return yield* subject.broken("it does not say what it has")
  return {
    // what is no capability opens no gate
    capabilities: result["capabilities"] as ServerCapabilities,
    questions: Questions.ofHandlers(settings, subject)
  }
})

const speak = (subject: Subject.Subject, wire: Wire.Wire) =>
  Effect.provideContext(
    Effect.flatMap(
      wire.serve,
      (connect) => Speaker.make(connect, { onLine: subject.note, answer: Speaker.usualAnswer })
    ),
    subject.context
  )

/**
 * The law that every conversation of a client that does everything right is answered to the end: each request once, none as if it or the server were
 * broken, with results that are those of the revision.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = <E, R = never>(server: Layer.Layer<Server | R, E>, options: Options<R> = {}): Law.Law => {
  const { versions, wire = Wire.memory, ...others } = options
  const settings = Laws.settingsOf(server, others)
  return Law.make(
    "every well-formed conversation is answered, to its end",
    Effect.forEach(
      versions ?? wire.versions,
      (version) =>
        Effect.map(Subject.use(settings, (subject) => offer(settings, subject, version)), (offer) =>
          Law.property({
            subject: `conversations of ${version}`,
            arbitrary: arbitrary(version, offer),
            holds: (lines) => Subject.use(settings, (subject) => converse(revisionOf(version), subject, wire, lines))
          }))
    )
  )
}

/** How often a question may need input. */
const maxRounds = 5

const converse = Effect.fnUntraced(function*(
  revision: Revision,
  subject: Subject.Subject,
  wire: Wire.Wire,
  lines: ReadonlyArray<Transcript.Line>
): Effect.fn.Return<void, Law.Broken, Scope.Scope> {
  const speaker = yield* speak(subject, wire)
  const said: Array<unknown> = []
  const say = (message: unknown) => {
    said.push(message)
    return speaker.say(message)
  }
  const complete = () =>
    speaker.until(() => speaker.isClosed() || Answering.isComplete(Answering.askedBy(said), speaker.heard))
  for (const { message } of lines) {
    yield* say(message)
    // nothing is asked before the server has agreed to a revision
    if (Predicate.isObject(message) && message["method"] === "initialize") yield* complete()
  }
  yield* complete()
  for (let round = 0, heard = 0; round < maxRounds; round++) {
    const retries = Answering.answersOf(speaker.heard.slice(heard)).flatMap((answer) => retryOf(said, answer, round))
    heard = speaker.heard.length
    if (retries.length === 0) break
    yield* Effect.forEach(retries, say, { discard: true })
    yield* complete()
  }
  const misfit = Answering.misfit(revision, Answering.askedBy(said), speaker.heard)
  if (misfit !== undefined) return yield* subject.broken(misfit)
  if (speaker.isClosed()) return yield* subject.broken("the server closed the connection")
})

// A question that needs input is asked again with it.
const retryOf = (
  said: ReadonlyArray<unknown>,
  { id, result }: Speaker.Heard,
  round: number
): ReadonlyArray<unknown> => {
  if (!Predicate.isObject(result) || result["resultType"] !== "input_required") return []
  const asked = said.find((message) => Predicate.isObject(message) && message["id"] === id)
  if (!Predicate.isObject(asked) || !Predicate.isObject(asked["params"])) return []
  const { inputRequests, requestState } = result
  const retry = {
    ...asked["params"],
    // whether they are what they have to be is told by the codec of the result
    ...(Predicate.isObject(inputRequests)
      ? { inputResponses: Speaker.inputResponses(inputRequests as InputRequests) }
      : undefined),
    ...(requestState === undefined ? undefined : { requestState })
  }
  return [{ ...asked, id: `${String(id)} again ${round}`, params: retry }]
}
