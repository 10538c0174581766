/**
 * A `Server` offers tools, resources and prompts to every client that a transport connects to it.
 *
 * It is not a transport: over stdio, HTTP or in memory it is the same value.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Cache from "./Cache.ts"
import type * as Completion from "./Completion.ts"
import type * as JsonRpc from "./JsonRpc.ts"
import { PageSize } from "./PageSize.ts"
import type * as Peer from "./Peer.ts"
import type * as Prompt from "./Prompt.ts"
import type { Implementation } from "./protocol/Implementation.ts"
import type * as Resource from "./Resource.ts"
import type * as ResourceTemplate from "./ResourceTemplate.ts"
import * as Answer from "./server/Answer.ts"
import * as Caching from "./server/Caching.ts"
import * as Connect from "./server/Connect.ts"
import { type Connected, ConnectedLive } from "./server/Connected.ts"
import * as Cursor from "./server/Cursor.ts"
import * as Era from "./server/Era.ts"
import * as HandlerServices from "./server/HandlerServices.ts"
import * as Prompts from "./server/Prompts.ts"
import * as Registration from "./server/Registration.ts"
import { type Middleware, Registry } from "./server/Registry.ts"
import * as Resources from "./server/Resources.ts"
import * as Serve from "./server/Serve.ts"
import { type Feature, ServerLive } from "./server/ServerLive.ts"
import * as Tools from "./server/Tools.ts"
import type * as Tool from "./Tool.ts"
import type * as Transport from "./Transport.ts"
import type { TransportError } from "./TransportError.ts"

/**
 * What a server says about itself, and its limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Implementation {
  /** How to use the server, for the client's model. */
  readonly instructions?: string
  /** Features to advertise although nothing of them is registered at start; what is registered is advertised by itself. */
  readonly features?: ReadonlyArray<Feature>
  readonly experimental?: { readonly [name: string]: { readonly [key: string]: unknown } }
  /** For how long and for whom clients of the stateless era may keep what they get; not at all by default. */
  readonly cache?: Cache.Hints
  /** Items on a page of a list; 1,000 by default. */
  readonly pageSize?: number
  /** Resource subscriptions of one session, or of one `subscriptions/listen`; 1,000 by default. */
  readonly maxSubscriptions?: number
  /** Open `subscriptions/listen` of one principal, over all its connections; 1,000 by default. Clients without authorization are one principal. */
  readonly maxListens?: number
  /** Limits of each connection; `Peer.defaultLimits` by default. */
  readonly limits?: Partial<Peer.Limits>
  /** Whether clients that open sessions are served, or requests that stand for themselves, or both, side by side, as by default (VER-12). */
  readonly eras?: readonly [Era.Era, ...ReadonlyArray<Era.Era>]
}

/**
 * A server at work, as transports see it.
 *
 * @category services
 * @since 0.1.0
 */
export class Server extends Context.Service<Server, {
  readonly info: Implementation
  /** Connects a client. Nothing waits: what the transport brings goes to `receive`, until the scope ends. */
  readonly connect: (
    transport: Transport.Outgoing,
    options: { readonly sessionId: string }
  ) => Effect.Effect<Connected, never, Scope.Scope>
  /** Begins to answer one request that stands for itself. What is known at once is answered before this returns. */
  readonly answer: (request: JsonRpc.Request, options: Answer.Options) => Answer.Answering
  readonly eras: ReadonlyArray<Era.Era>
  /** How many clients are connected. */
  readonly connections: Effect.Effect<number>
  /** How many `subscriptions/listen` are open. */
  readonly listens: Effect.Effect<number>
}>()("@mcp-effect/core/Server") {}

/**
 * The server, with its features. All features are registered before the first client is served.
 *
 * @example
 * ```ts
 * import * as Server from "@mcp-effect/core/Server"
 * import * as Tool from "@mcp-effect/core/Tool"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const Add = Tool.make("add", {
 *   input: { a: Schema.Finite, b: Schema.Finite },
 *   output: { sum: Schema.Finite }
 * })
 *
 * const Calculator = Server.layer(
 *   { name: "calculator", version: "1.0.0" },
 *   Server.tool(Add, ({ a, b }) => Effect.succeed({ sum: a + b }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <A, E, R>(
  options: Options,
  features: Layer.Layer<A, E, R>
): Layer.Layer<Server | Registry, E, Exclude<Exclude<R, Registry | Server>, Scope.Scope>> =>
  Layer.effectContext(Effect.gen(function*() {
    const { context, live } = yield* make(options)
    // Layers are built once for each map: a fork shares what surrounds the server, and registers features again for another one.
    const layers = yield* Effect.contextWith((outer: Context.Context<never>) =>
      Effect.succeed(Layer.CurrentMemoMap.forkOrCreate(outer))
    )
    yield* Layer.buildWithMemoMap(
      Layer.provide(features, Layer.succeedContext(context)),
      layers,
      yield* Effect.scope
    )
    // finalizers run last to first: what is being served ends before what it is served with
    yield* Effect.addFinalizer(() => live.close)
    return context
  }))

const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<
  { readonly context: Context.Context<Server | Registry>; readonly live: ServerLive },
  never,
  Scope.Scope
> {
  const { cache, eras, experimental, features, instructions, limits, maxListens, maxSubscriptions, pageSize, ...info } =
    options
  const outer = yield* Effect.context<never>()
  const server: Server["Service"] = {
    info,
    eras: eras ?? Era.all,
    answer: (request, options) => Answer.start(live, request, options),
    connections: Effect.sync(() => live.clients.size),
    listens: Effect.sync(() => live.listens.size),
    connect: (transport, { sessionId }) =>
      Effect.map(Connect.make(live, transport, sessionId), (connection) => new ConnectedLive(connection))
  }
  const live = new ServerLive({
    info,
    instructions,
    experimental,
    features: new Set(features),
    limits,
    eras: server.eras,
    caching: Caching.make(cache),
    maxSubscriptions: maxSubscriptions ?? 1000,
    maxListens: maxListens ?? 1000,
    pageSize: (yield* PageSize) ?? pageSize ?? 1000,
    cursors: yield* Cursor.make,
    scope: yield* Effect.scope,
    // features are built with the server there; a request has it too, and a handler then needs nothing more provided
    context: Context.add(HandlerServices.provide(outer), Server, server)
  })
  return { context: Context.make(Registry, live.registry).pipe(Context.add(Server, server)), live }
})

/**
 * Serves the one client of a `Transport` until it closes. Interruption ends it in the same way: no more is read, subscriptions end, what is in
 * progress is answered first. The client's requests are made for the `CurrentPrincipal` around `serve`, unless the transport knows better.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = (options: Serve.ServeOptions): Effect.Effect<void, TransportError, Server | Transport.Transport> =>
  Effect.flatMap(Server, ({ connect }) => Serve.serve(connect, options))

/**
 * Offers a tool. Input that does not fit its Schema never reaches the handler; what the handler requires beyond the services of a request
 * is required of the layer.
 *
 * @category features
 * @since 0.1.0
 */
export const tool = <T extends Tool.Any, R = never>(
  tool: T,
  handler: Tool.Handler<T, R>,
  options?: Registration.Options
): Layer.Layer<never, never, Registry | Exclude<R, Tool.HandlerServices>> =>
  Layer.effectDiscard(Tools.register(tool, handler, options))

/**
 * Offers a resource. With `changes`, clients that subscribe hear of them.
 *
 * @category features
 * @since 0.1.0
 */
export const resource = <R = never, W = never>(
  resource: Resource.Resource,
  read: Resource.Read<R>,
  options?: Resources.Options<W>
): Layer.Layer<never, never, Registry | Exclude<R, Tool.HandlerServices> | Exclude<W, Scope.Scope>> =>
  Layer.effectDiscard(Resources.register(resource, read, options))

/**
 * Offers a family of resources.
 *
 * @category features
 * @since 0.1.0
 */
export const resourceTemplate = <T extends ResourceTemplate.Any, R = never, W = never, C = {}>(
  template: T,
  read: ResourceTemplate.Read<T, R>,
  options?: Resources.TemplateOptions<T, W, C> & Completion.Only<T["variables"]["Type"], C>
): Layer.Layer<
  never,
  never,
  Registry | Exclude<R | Completion.Services<C>, Tool.HandlerServices> | Exclude<W, Scope.Scope>
> => Layer.effectDiscard(Resources.registerTemplate(template, read, options))

/**
 * Offers a prompt.
 *
 * @category features
 * @since 0.1.0
 */
export const prompt = <P extends Prompt.Any, R = never, C = {}>(
  prompt: P,
  handler: Prompt.Handler<P, R>,
  options?: Prompts.Options<P, C> & Completion.Only<P["arguments"]["Type"], C>
): Layer.Layer<never, never, Registry | Exclude<R | Completion.Services<C>, Tool.HandlerServices>> =>
  Layer.effectDiscard(Prompts.register(prompt, handler, options))

/**
 * Offers a tool until the scope ends; clients that are connected are told when it comes and goes.
 *
 * @category registration
 * @since 0.1.0
 */
export const registerTool = Tools.register

/**
 * Offers a resource until the scope ends.
 *
 * @category registration
 * @since 0.1.0
 */
export const registerResource = Resources.register

/**
 * Offers a family of resources until the scope ends.
 *
 * @category registration
 * @since 0.1.0
 */
export const registerResourceTemplate = Resources.registerTemplate

/**
 * Offers a prompt until the scope ends.
 *
 * @category registration
 * @since 0.1.0
 */
export const registerPrompt = Prompts.register

/**
 * Runs around every request of every client: see and replace params, result and error. The first one provided is the outermost.
 *
 * @category features
 * @since 0.1.0
 */
export const middleware = <R = never>(
  around: Middleware<R>
): Layer.Layer<never, never, Registry | Exclude<R, Tool.HandlerServices>> =>
  Layer.effectDiscard(Effect.gen(function*() {
    const registry = yield* Registry
    const services = Registration.withServices(yield* Effect.context<never>(), registry.context)
    // what it requires is in the captured services or provided with each request; the cast says so to the compiler
    const run = around as Middleware<never>
    const provided: Middleware<never> = (request, next) => services(Effect.suspend(() => run(request, next)))
    yield* Effect.acquireRelease(
      Effect.sync(() => registry.middleware.push(provided)),
      () => Effect.sync(() => registry.middleware.splice(registry.middleware.indexOf(provided), 1))
    )
  }))

/**
 * Tells the clients that are subscribed to a URI that its resource has changed (RES-8).
 *
 * @category accessors
 * @since 0.1.0
 */
export const resourceUpdated = (uri: string): Effect.Effect<void, never, Registry> =>
  Effect.flatMap(Registry, (registry) => Effect.sync(() => registry.updated(uri)))

export type {
  /**
   * The response to a request that stands for itself.
   *
   * @category models
   * @since 0.1.0
   */
  Answer,
  /**
   * A request that is being answered.
   *
   * @category models
   * @since 0.1.0
   */
  Answering
} from "./server/Answer.ts"
export type {
  /**
   * A connected client.
   *
   * @category models
   * @since 0.1.0
   */
  Connected
} from "./server/Connected.ts"
export {
  /**
   * The era of a request to a server of these eras, for transports that have to know it before they take the request in.
   *
   * @category accessors
   * @since 0.1.0
   */
  of as eraOf
} from "./server/Era.ts"
export {
  /**
   * What a server offers; registering needs it, and a layer of features is given it.
   *
   * @category services
   * @since 0.1.0
   */
  Registry
} from "./server/Registry.ts"
export type {
  /**
   * A request as middleware sees it.
   *
   * @category models
   * @since 0.1.0
   */
  ClientRequest,
  /**
   * Runs around every request.
   *
   * @category models
   * @since 0.1.0
   */
  Middleware
} from "./server/Registry.ts"
export type {
  /**
   * How a connection ends.
   *
   * @category models
   * @since 0.1.0
   */
  ServeOptions
} from "./server/Serve.ts"
