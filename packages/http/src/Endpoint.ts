/**
 * The `Endpoint` is the MCP endpoint as a state machine: a neutral request in, a neutral reply out, for all the platforms alike.
 *
 * It is not a listener, and it understands no method of the protocol but `initialize`, with which a session begins.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as Principal from "@mcp-effect/core/Principal"
import { Server } from "@mcp-effect/core/Server"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Admission from "./Admission.ts"
import * as Cors from "./Cors.ts"
import * as EventStore from "./EventStore.ts"
import * as HttpReply from "./HttpReply.ts"
import * as HttpRequest from "./HttpRequest.ts"
import { HttpSession } from "./HttpSession.ts"
import * as Listen from "./Listen.ts"
import { Post } from "./Post.ts"
import * as Sessions from "./Sessions.ts"
import type { Environment } from "./SseStream.ts"
import { Stateless } from "./Stateless.ts"
import { StatelessRequests } from "./StatelessRequests.ts"

/**
 * The endpoint's options and limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Admission.AllowLists, Sessions.Limits {
  /** The path of the endpoint; everything else is not found. Without it, whatever is asked of the endpoint is its own. */
  readonly path?: string
  /** Who sends a request, or the reply that refuses it (401). By default, the `CurrentPrincipal` of the fiber that handles it. */
  readonly authenticate?: (request: HttpRequest.HttpRequest) => Effect.Effect<Principal.Principal, HttpReply.HttpReply>
  /** In bytes; 4 MiB by default. */
  readonly maxBodySize?: number
  /** How many members of objects a body may have, and how many arrays and objects; 100,000 of each by default. */
  readonly maxMembers?: number
  /**
   * How many bodies of 64 Ki UTF-16 units or more may wait to be understood, one in each turn of the event loop, and how many requests that stand
   * for themselves may be in progress with such bodies; 64 by default.
   */
  readonly maxLongBodies?: number
  /** How much may wait for a client that does not read a stream before it is disconnected, in UTF-16 units; 1 Mi by default. */
  readonly maxBuffered?: number
  /** How long a request may take before its reply becomes a stream, which can be kept alive and resumed; 250 ms by default. */
  readonly streamAfter?: Duration.Input
  /** How often a silent stream gets a comment, and a stalled one is noticed; 15 seconds by default. */
  readonly heartbeat?: Duration.Input
  /** How long a client is told to wait before it comes back to a stream that the server has closed; 1 second by default. */
  readonly retry?: Duration.Input
  /**
   * How many requests that stand for themselves may be in progress at a time, from any number of clients, streams included; 10,000 by default.
   */
  readonly maxRequests?: number
  /** How long requests may go on when the endpoint ends; 5 seconds by default. */
  readonly drainTimeout?: Duration.Input
  /** Whether clients of HTTP+SSE, the transport before this one, are served too (SSE-11); they are by default. */
  readonly legacySse?: boolean
}

/**
 * The endpoint.
 *
 * @category services
 * @since 0.1.0
 */
export class Endpoint extends Context.Service<Endpoint, {
  readonly handle: (request: HttpRequest.HttpRequest) => Effect.Effect<HttpReply.HttpReply>
  /** How many sessions there are. */
  readonly sessions: Effect.Effect<number>
  /** How many requests that stand for themselves are in progress. */
  readonly requests: Effect.Effect<number>
  /** How many responses are open streams. */
  readonly streams: Effect.Effect<number>
  /**
   * Ends all sessions and requests, once what they are working on is answered or the time for it is over. So does the end of the endpoint's
   * scope. Requests that stand for themselves are refused from then on.
   */
  readonly shutdown: Effect.Effect<void>
}>()("@mcp-effect/http/Endpoint") {}

const notFound = HttpReply.refusal(404, "Not found")

const methodNotAllowed = HttpReply.refusal(405, "The endpoint knows GET, POST and DELETE", {
  headers: { allow: "GET, POST, DELETE, OPTIONS" }
})

const internalError = HttpReply.refusal(500, "Internal error")

// The log has the cause, the client only that it failed.
const unexpected = (defect: unknown) =>
  Effect.andThen(Effect.logError("Authentication failed unexpectedly", defect), Effect.fail(internalError))

const postOnly = HttpReply.refusal(405, "The endpoint knows POST alone", { headers: { allow: "POST, OPTIONS" } })

class EndpointLive {
  readonly #options: Options
  readonly #hasSessions: boolean
  readonly #sessions: Sessions.Sessions
  readonly #admit: Admission.Check
  readonly #cors: Cors.Cors | undefined
  readonly #post: Post
  readonly #listen: Listen.Listen

  constructor(
    server: Server["Service"],
    options: Options,
    sessions: Sessions.Sessions,
    requests: StatelessRequests,
    environment: Environment
  ) {
    this.#options = options
    this.#hasSessions = server.eras.includes("session")
    this.#sessions = sessions
    this.#admit = Admission.hostAndOrigin(options)
    this.#cors = Cors.make(options.allowedOrigins)
    const hasLegacy = this.#hasSessions && options.legacySse !== false
    this.#post = new Post({
      eras: server.eras,
      stateless: new Stateless(server, requests),
      sessions,
      environment,
      maxBodySize: options.maxBodySize ?? 4 * 1024 * 1024,
      maxMembers: options.maxMembers ?? 100_000,
      maxLongBodies: maxLongBodiesOf(options),
      streamAfter: streamAfterOf(options),
      hasLegacy
    })
    this.#listen = new Listen.Listen({ sessions, environment, hasLegacy })
  }

  handle(request: HttpRequest.HttpRequest): Effect.Effect<HttpReply.HttpReply> {
    return Effect.suspend(() => {
      const refused = this.#admit(request)
      if (refused !== undefined) return Effect.succeed(refused)
      const reply = this.#admitted(request)
      const cors = this.#cors
      return cors === undefined ? reply : Effect.map(reply, (reply) => cors.expose(request, reply))
    })
  }

  #admitted(request: HttpRequest.HttpRequest): Effect.Effect<HttpReply.HttpReply> {
    if (this.#options.path !== undefined && HttpRequest.path(request) !== this.#options.path) {
      return Effect.succeed(notFound)
    }
    if (request.method === "OPTIONS" && this.#cors !== undefined) return Effect.succeed(this.#cors.preflight(request))
    const { authenticate } = this.#options
    return authenticate === undefined
      ? Effect.flatMap(Principal.CurrentPrincipal, (principal) => this.#dispatch(request, principal))
      : Effect.matchEffect(Effect.catchDefect(authenticate(request), unexpected), {
        onSuccess: (principal) => this.#dispatch(request, principal),
        onFailure: Effect.succeed
      })
  }

  #dispatch(request: HttpRequest.HttpRequest, principal: Principal.Principal): Effect.Effect<HttpReply.HttpReply> {
    if (request.method === "POST") return this.#post.handle(request, principal)
    // there is nothing to listen to, and nothing to end, where nothing outlasts a request (HTTP26-2)
    if (!this.#hasSessions) return Effect.succeed(postOnly)
    switch (request.method) {
      case "GET":
        return this.#listen.handle(request, principal)
      case "DELETE":
        return this.#delete(request, principal)
      default:
        return Effect.succeed(methodNotAllowed)
    }
  }

  #delete(request: HttpRequest.HttpRequest, principal: Principal.Principal): Effect.Effect<HttpReply.HttpReply> {
    const id = request.header("mcp-session-id")
    const refused = Admission.protocolVersion(request) ?? (id === undefined ? HttpReply.missingSession : undefined)
    if (refused !== undefined) return Effect.succeed(refused)
    const session = this.#sessions.find(id!, principal)
    return session instanceof HttpSession
      ? Effect.as(this.#sessions.close(session), HttpReply.empty(204))
      : Effect.succeed(HttpReply.unknownSession)
  }
}

/**
 * The endpoint of a server, with the store that keeps events for its clients. Its end lets requests finish, and then ends all sessions.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWithStore = (options: Options = {}): Layer.Layer<Endpoint, never, Server | EventStore.EventStore> =>
  Layer.effect(
    Endpoint,
    Effect.gen(function*() {
      const server = yield* Server
      const store = yield* EventStore.EventStore
      const context = yield* Effect.context<never>()
      const environment: Environment = {
        connections: new Set(),
        maxBuffered: options.maxBuffered ?? 1024 * 1024,
        store,
        run: (effect) => void Effect.runForkWith(context)(effect),
        retry: Duration.toMillis(Duration.fromInputUnsafe(options.retry ?? Duration.seconds(1)))
      }
      const sessions = new Sessions.Sessions({
        server,
        clock: yield* Clock.Clock,
        limits: options,
        onClosed: store.forget
      })
      const requests = new StatelessRequests({
        connections: environment,
        context,
        maxRequests: options.maxRequests ?? 10_000,
        maxLongBodies: maxLongBodiesOf(options),
        streamAfter: Duration.toMillis(streamAfterOf(options))
      })
      const drainTimeout = options.drainTimeout ?? Duration.seconds(5)
      const shutdown = Effect.all([sessions.closeAll(drainTimeout), requests.closeAll(drainTimeout)], {
        concurrency: "unbounded",
        discard: true
      })
      yield* Effect.addFinalizer(() => shutdown)
      yield* every(sessions.sweepInterval, sessions.sweep)
      yield* every(
        options.heartbeat ?? Duration.seconds(15),
        Effect.sync(() => {
          for (const connection of environment.connections) connection.heartbeat()
          requests.sweep()
        })
      )
      const live = new EndpointLive(server, options, sessions, requests, environment)
      return {
        handle: (request) => live.handle(request),
        sessions: Effect.sync(() => sessions.size),
        requests: Effect.sync(() => requests.size),
        streams: Effect.sync(() => environment.connections.size),
        shutdown
      }
    })
  )

const streamAfterOf = ({ streamAfter }: Options): Duration.Duration =>
  Duration.fromInputUnsafe(streamAfter ?? Duration.millis(250))

const maxLongBodiesOf = ({ maxLongBodies }: Options): number => maxLongBodies ?? 64

const every = (interval: Duration.Input, effect: Effect.Effect<void>) =>
  Effect.forkScoped(Effect.repeat(Effect.delay(effect, interval), Schedule.forever))

/**
 * The endpoint of a server, with events kept in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<Endpoint, never, Server> =>
  Layer.provide(layerWithStore(options), EventStore.layerMemory())
