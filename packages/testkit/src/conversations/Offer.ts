/**
 * An `Offer` is what a server has for its clients to ask for, so far as it tells them.
 *
 * It is not what it answers.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#capability-negotiation
 *
 * @since 0.1.0
 */
import type { ServerCapabilities } from "@mcp-effect/core/protocol/Capabilities"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as KnownRevision from "../generators/KnownRevision.ts"
import type * as Law from "../Law.ts"
import type * as Subject from "../laws/Subject.ts"
import * as Wire from "../Wire.ts"
import * as Messages from "./Messages.ts"
import * as Questions from "./Questions.ts"
import * as Speaker from "./Speaker.ts"

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

/**
 * That of a server, as a client of a revision is told of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  settings: Subject.Settings,
  subject: Subject.Subject,
  version: string
): Effect.fn.Return<Offer, Law.Broken, Scope.Scope> {
  const revision = KnownRevision.of(version)
  const speaker = yield* speak(subject, Wire.memory)
  const [hello] = revision.era === "stateless"
    ? [Messages.request(revision, "hello", Messages.lastMethod(revision), {}, {})]
    : Messages.handshake(revision)
  yield* speaker.say(hello)
  yield* speaker.until(() => speaker.isClosed() || speaker.heard.some(({ id }) => id === "hello"))
  const result = speaker.heard.find(({ id }) => id === "hello")?.["result"]
  if (!Predicate.isObject(result)) return yield* subject.broken("it does not say what it has")
  return {
    // what is no capability opens no gate
    capabilities: result["capabilities"] as ServerCapabilities,
    questions: Questions.ofHandlers(settings, subject)
  }
})

/**
 * Who says whatever is given to a server, and answers its questions as usual.
 *
 * @category constructors
 * @since 0.1.0
 */
export const speak = (subject: Subject.Subject, wire: Wire.Wire) =>
  Effect.provideContext(
    Effect.flatMap(
      wire.serve,
      (connect) => Speaker.make(connect, { onLine: subject.note, answer: Speaker.usualAnswer })
    ),
    subject.context
  )
