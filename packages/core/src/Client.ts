/**
 * A `Client` talks to one server, whatever revision of the protocol that speaks: it finds out, and its methods are the same for all.
 *
 * It is not a transport, and it does not come back when its connection has ended (`Supervisor` does).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Composition from "./client/Composition.ts"
import type { Methods, Options } from "./client/Composition.ts"
import * as Connection from "./client/Connection.ts"
import * as Elicitation from "./client/Elicitation.ts"
import * as LanguageModel from "./client/LanguageModel.ts"
import * as Logging from "./client/Logging.ts"
import type * as Registry from "./client/Registry.ts"
import * as Roots from "./client/Roots.ts"
import * as Sampling from "./client/Sampling.ts"
import type { SessionError } from "./SessionError.ts"
import { Transport } from "./Transport.ts"

/**
 * A client that is connected.
 *
 * @category services
 * @since 0.1.0
 */
export class Client extends Context.Service<Client, Methods>()("@mcp-effect/core/Client") {}

/**
 * Connects over a transport, and finds out what the server speaks. `handlers` answer what it asks; their capabilities are declared to it. The
 * connection ends with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E = never, R = never>(
  options: Options & { readonly transport: Transport["Service"] },
  handlers: Layer.Layer<never, E, R> = Layer.empty
): Effect.Effect<Methods, SessionError | E, Scope.Scope | Exclude<R, Registry.Registry>> => {
  const { transport, ...own } = options
  return Composition.make(own, handlers, (settings) => Connection.make(transport, settings))
}

/**
 * A client over the `Transport` of the context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never, R = never>(
  options: Options,
  handlers: Layer.Layer<never, E, R> = Layer.empty
): Layer.Layer<Client, SessionError | E, Transport | Exclude<Exclude<R, Registry.Registry>, Scope.Scope>> =>
  Layer.effect(
    Client,
    Effect.flatMap(Transport, (transport) => make({ ...options, transport }, handlers))
  )

/**
 * Answers a server that asks the client's language model to continue a conversation. What the handler does about the user's consent is its own
 * (SAMP-12): `Rejected` says that they refused.
 *
 * At most `limits.maxConcurrency` questions of a server are answered at a time, and as many more wait as `limits.maxUnanswered` says; a handler that has
 * to spend less puts itself behind a `Semaphore` or a rate limiter (SAMP-24).
 *
 * @category handlers
 * @since 0.1.0
 */
export const sampling = <R = never>(
  handler: Sampling.Handler<R>,
  options?: Sampling.Options
): Layer.Layer<never, never, Registry.Registry | R> => Layer.effectDiscard(Sampling.register(handler, options))

/**
 * As `sampling`, by a model that is as simple as that.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as Effect from "effect/Effect"
 *
 * declare const ask: (text: string, maxTokens: number) => Effect.Effect<string>
 *
 * export const Model = Client.languageModel({
 *   name: "small-2",
 *   generate: ({ maxTokens, messages }) => Effect.map(ask(JSON.stringify(messages), maxTokens), (text) => ({ text }))
 * })
 * ```
 *
 * @category handlers
 * @since 0.1.0
 */
export const languageModel = <E = never, R = never>(
  model: LanguageModel.LanguageModel<E, R>
): Layer.Layer<never, never, Registry.Registry | R> =>
  sampling(LanguageModel.toHandler(model), { tools: model.tools === true })

/**
 * Answers a server that asks the user.
 *
 * @category handlers
 * @since 0.1.0
 */
export const elicitation = <R = never>(
  handlers: Elicitation.Handlers<R>,
  options?: Elicitation.Options
): Layer.Layer<never, never, Registry.Registry | R> => Layer.effectDiscard(Elicitation.register(handlers, options))

/**
 * Answers a server that asks which directories to work in.
 *
 * @category handlers
 * @since 0.1.0
 */
export const roots = (roots: Roots.Roots): Layer.Layer<never, never, Registry.Registry> =>
  Layer.effectDiscard(Roots.register(roots))

/**
 * Passes on what servers log to the loggers of the context, and none of it to standard output. What is logged is asked for by `setLoggingLevel`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const logging = (options?: Logging.Options): Layer.Layer<never, never, Registry.Registry> =>
  Layer.effectDiscard(Logging.register(options))

export {
  /**
   * What a client does for its servers.
   *
   * @category services
   * @since 0.1.0
   */
  Registry
} from "./client/Registry.ts"

export type {
  /**
   * What a connected client can do.
   *
   * @category models
   * @since 0.1.0
   */
  Methods,
  /**
   * What a client says about itself, and its limits.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./client/Composition.ts"

export type {
  /**
   * How `request` sends a request: as `RequestOptions` say, and what features add.
   *
   * @category models
   * @since 0.1.0
   */
  CallerOptions,
  /**
   * How a request is sent: for how long, whether it may be repeated, and who hears its progress.
   *
   * @category models
   * @since 0.1.0
   */
  RequestOptions,
  /**
   * A server as a client came to know it.
   *
   * @category models
   * @since 0.1.0
   */
  ServerDescription
} from "./client/Caller.ts"

export type {
  /**
   * What a server says without having been asked.
   *
   * @category models
   * @since 0.1.0
   */
  Notification
} from "./client/Notifications.ts"

export type {
  /**
   * How much of a list is read, in pages and items.
   *
   * @category models
   * @since 0.1.0
   */
  Limits as ListLimits,
  /**
   * A list as far as it was read.
   *
   * @category models
   * @since 0.1.0
   */
  Listing
} from "./client/Pagination.ts"

export type {
  /**
   * A list of a server that can change.
   *
   * @category models
   * @since 0.1.0
   */
  List,
  /**
   * A resource has changed: one that is subscribed to, or one within it.
   *
   * @category models
   * @since 0.1.0
   */
  ResourceUpdated
} from "./client/Subscriptions.ts"

export type {
  /**
   * How much is kept of results that are fresh, and for how long.
   *
   * @category models
   * @since 0.1.0
   */
  Limits as CacheLimits
} from "./client/ResultCache.ts"

export type {
  /**
   * How much of what servers log is passed on.
   *
   * @category models
   * @since 0.1.0
   */
  Options as LoggingOptions
} from "./client/Logging.ts"

export {
  /**
   * The user does not want the model to be asked.
   *
   * @category errors
   * @since 0.1.0
   */
  Rejected
} from "./client/Sampling.ts"

export type {
  /**
   * Continues a conversation.
   *
   * @category models
   * @since 0.1.0
   */
  Handler as SamplingHandler,
  /**
   * What the client's model can do beside text.
   *
   * @category models
   * @since 0.1.0
   */
  Options as SamplingOptions
} from "./client/Sampling.ts"

export type {
  /**
   * A model.
   *
   * @category models
   * @since 0.1.0
   */
  LanguageModel,
  /**
   * What a model is asked.
   *
   * @category models
   * @since 0.1.0
   */
  Prompt as ModelPrompt,
  /**
   * What a model says.
   *
   * @category models
   * @since 0.1.0
   */
  Reply as ModelReply
} from "./client/LanguageModel.ts"

export type {
  /**
   * A form to show to the user.
   *
   * @category models
   * @since 0.1.0
   */
  Form,
  /**
   * How the user is asked: by a form, by being sent to a URL, or either.
   *
   * @category models
   * @since 0.1.0
   */
  Handlers as ElicitationHandlers,
  /**
   * What users are sent to, and what for.
   *
   * @category models
   * @since 0.1.0
   */
  Options as ElicitationOptions,
  /**
   * A URL to send the user to.
   *
   * @category models
   * @since 0.1.0
   */
  Url
} from "./client/Elicitation.ts"

export type {
  /**
   * What may be wrong about a URL, for the user to see.
   *
   * @category models
   * @since 0.1.0
   */
  Suspicion
} from "./client/ElicitationUrl.ts"

export type {
  /**
   * What is wrong with an answer to a form, and where.
   *
   * @category models
   * @since 0.1.0
   */
  Violation
} from "./client/FormContent.ts"

export type {
  /**
   * The roots: for good, or as they change.
   *
   * @category models
   * @since 0.1.0
   */
  Roots
} from "./client/Roots.ts"
