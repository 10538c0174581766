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
import type { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Answering from "./conversations/Answering.ts"
import * as Messages from "./conversations/Messages.ts"
import * as Offer from "./conversations/Offer.ts"
import * as Questions from "./conversations/Questions.ts"
import * as Speaker from "./conversations/Speaker.ts"
import * as Generators from "./Generators.ts"
import * as KnownRevision from "./generators/KnownRevision.ts"
import * as Law from "./Law.ts"
import type * as Laws from "./Laws.ts"
import { settingsOf } from "./laws/Options.ts"
import * as Subject from "./laws/Subject.ts"
import type * as Transcript from "./Transcript.ts"
import * as Wire from "./Wire.ts"

interface Asking {
  readonly method: string
  readonly params: Questions.Params
}

type Step =
  | { readonly _tag: "Ask"; readonly asking: Asking; readonly hasToken: boolean }
  | { readonly _tag: "Cancel"; readonly back: number }
  | { readonly _tag: "Batch"; readonly askings: ReadonlyArray<Asking> }
  | { readonly _tag: "RootsChanged" }

const rootsChanged = "notifications/roots/list_changed"

/**
 * Whole conversations of a revision, as the lines of their client: the handshake, questions with progress and without, cancellations, batches where
 * there are any, and one last question. Ids are numbers and texts in turn; that of the last question is `end`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arbitrary = (version: string, offer: Offer.Offer): Arbitrary.Arbitrary<ReadonlyArray<Transcript.Line>> => {
  const revision = KnownRevision.of(version)
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
  return codec !== undefined && Gate.isOpen(codec.gate, { client: Messages.clientCapabilities(revision), server })
}

const linesOf = (revision: Revision, steps: ReadonlyArray<Step>): ReadonlyArray<Transcript.Line> => {
  const messages: Array<unknown> = Messages.handshake(revision)
  const asked: Array<unknown> = []
  const listens: Array<unknown> = []
  const ask = ({ method, params }: Asking, hasToken: boolean) => {
    const id = asked.length % 2 === 0 ? asked.length : `text-${asked.length}`
    asked.push(id)
    if (method === "subscriptions/listen") listens.push(id)
    return Messages.request(revision, id, method, params, hasToken ? { progressToken: id } : {})
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
        if (asked.length >= step.back) messages.push(Messages.cancellation(asked[asked.length - step.back]))
        break
      case "RootsChanged":
        messages.push({ jsonrpc: "2.0", method: rootsChanged })
        break
    }
  }
  messages.push(
    ...listens.map(Messages.cancellation),
    Messages.request(revision, "end", Messages.lastMethod(revision), {}, {})
  )
  return messages.map((message) => ({ from: "client", message }))
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
 * The law that every conversation of a client that does everything right is answered to the end: each request once, none as if it or the server were
 * broken, with results that are those of the revision.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = <E, R = never>(server: Layer.Layer<Server | R, E>, options: Options<R> = {}): Law.Law => {
  const { versions, wire = Wire.memory, ...others } = options
  const settings = settingsOf(server, others)
  return Law.make(
    "every well-formed conversation is answered, to its end",
    Effect.forEach(
      versions ?? wire.versions,
      (version) =>
        Effect.map(Subject.use(settings, (subject) => Offer.make(settings, subject, version)), (offer) =>
          Law.property({
            subject: `conversations of ${version}`,
            arbitrary: arbitrary(version, offer),
            holds: (lines) =>
              Subject.use(settings, (subject) => converse(KnownRevision.of(version), subject, wire, lines))
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
  const speaker = yield* Offer.speak(subject, wire)
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
