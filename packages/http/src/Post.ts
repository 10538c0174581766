/**
 * `Post` handles what clients send: it reads a message, gives it to its session, and replies with what comes back.
 *
 * It is not where replies become streams: an `Exchange` decides that, and `Post` only tells it when it has waited long enough.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Principal from "@mcp-effect/core/Principal"
import { eraOf, type Server } from "@mcp-effect/core/Server"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Admission from "./Admission.ts"
import type { Exchange } from "./Exchange.ts"
import * as HttpReply from "./HttpReply.ts"
import * as HttpRequest from "./HttpRequest.ts"
import { HttpSession } from "./HttpSession.ts"
import * as JsonText from "./JsonText.ts"
import { LegacySession } from "./LegacySession.ts"
import * as Posted from "./Posted.ts"
import type { Sessions } from "./Sessions.ts"
import type { Environment } from "./SseStream.ts"
import type { Stateless } from "./Stateless.ts"
import { Turns } from "./Turns.ts"

/**
 * What it needs of the endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly sessions: Sessions
  readonly environment: Environment
  readonly maxBodySize: number
  readonly maxMembers: number
  readonly maxLongBodies: number
  readonly streamAfter: Duration.Duration
  readonly hasLegacy: boolean
  readonly eras: Server["Service"]["eras"]
  readonly stateless: Stateless
}

type MessageContext = Context.Context<never> | undefined

const noSession = HttpReply.refusal(400, "The Mcp-Session-Id header is missing, and this is not an initialize request")

const notJson = HttpReply.refusal(400, "The body is not JSON", { code: JsonRpc.parseError })

const mixed = HttpReply.refusal(400, "A request that stands for itself is never part of a batch")

const accepted = HttpReply.empty(202)

/**
 * Handles POST.
 *
 * @category models
 * @since 0.1.0
 */
export class Post {
  readonly #options: Options
  readonly #turns: Turns
  readonly #hasSessions: boolean
  readonly #hasStateless: boolean

  constructor(options: Options) {
    this.#options = options
    this.#turns = new Turns(options.maxLongBodies)
    this.#hasSessions = options.eras.includes("session")
    this.#hasStateless = options.eras.includes("stateless")
  }

  handle(request: HttpRequest.HttpRequest, principal: Principal.Principal): Effect.Effect<HttpReply.HttpReply> {
    const { maxBodySize, sessions } = this.#options
    const id = request.header("mcp-session-id")
    const legacyId = id === undefined && this.#options.hasLegacy
      ? HttpRequest.queryValue(request, "sessionId")
      : undefined
    if (legacyId !== undefined) return this.#legacy(request, principal, legacyId)
    const otherVersion = Admission.protocolVersion(request)
    const refused = Admission.acceptsBoth(request) ?? (this.#hasStateless ? undefined : otherVersion) ??
      Admission.body(request, maxBodySize)
    if (refused !== undefined) return Exit.succeed(refused)
    // only what is cheap to tell is told before the body
    if (otherVersion !== undefined || !this.#hasSessions) return this.#outsideSessions(request, principal)
    if (id !== undefined && !(sessions.find(id, principal) instanceof HttpSession)) {
      return Exit.succeed(HttpReply.unknownSession)
    }
    return this.#read(request, (json, isLong) => {
      // what stands for itself does so beside a session too, and its headers have to say the same
      if (this.#isStateless(json, id !== undefined)) {
        return this.#options.stateless.handle(request, json, isLong, principal)
      }
      const context = messageContext(principal)
      if (id === undefined) return this.#withoutSession(json, principal, context)
      // it may have ended while the body came
      const session = sessions.find(id, principal)
      return session instanceof HttpSession
        ? this.#inSession(session, json, context)
        : Exit.succeed(HttpReply.unknownSession)
    })
  }

  // A version that no session has, or a server without sessions: what else a session goes by is not looked at (HTTP26-3, HTTP26-40).
  #outsideSessions(
    request: HttpRequest.HttpRequest,
    principal: Principal.Principal
  ): Effect.Effect<HttpReply.HttpReply> {
    return this.#read(request, (json, isLong) => {
      if (!this.#hasSessions || !isInitialize(json) || this.#isStateless(json, false)) {
        return this.#options.stateless.handle(request, json, isLong, principal)
      }
      // a session begins with a version of its own era
      const posted = Posted.of(json)
      return Exit.succeed(Admission.unsupportedVersion(posted._tag === "Initialize" ? posted.id : undefined))
    })
  }

  // A batch is never stateless, and neither is what is no request (HTTP26-5).
  #isStateless(json: unknown, isInSession: boolean): boolean {
    if (!Predicate.isObject(json) || typeof json.method !== "string") return false
    const { method, params } = json
    return eraOf(this.#options.eras, { method, params }, isInSession) === "stateless"
  }

  // In HTTP+SSE the reply to a POST says nothing; what there is to say comes on the client's stream (SSE-5).
  #legacy(
    request: HttpRequest.HttpRequest,
    principal: Principal.Principal,
    id: string
  ): Effect.Effect<HttpReply.HttpReply> {
    const { maxBodySize, sessions } = this.#options
    const refused = Admission.body(request, maxBodySize)
    if (refused !== undefined) return Exit.succeed(refused)
    if (!(sessions.find(id, principal) instanceof LegacySession)) return Exit.succeed(HttpReply.unknownSession)
    return this.#read(request, (json) => {
      const session = sessions.find(id, principal)
      if (!(session instanceof LegacySession)) return Exit.succeed(HttpReply.unknownSession)
      const posted = Posted.of(json)
      if (posted._tag === "Invalid") return Exit.succeed(Posted.refusal(posted))
      session.take(json, messageContext(principal))
      return Exit.succeed(accepted)
    })
  }

  #read(
    request: HttpRequest.HttpRequest,
    then: (json: unknown, isLong: boolean) => Effect.Effect<HttpReply.HttpReply>
  ): Effect.Effect<HttpReply.HttpReply> {
    const { maxBodySize } = this.#options
    return Effect.matchEffect(request.body(maxBodySize), {
      onFailure: (error) => Exit.succeed(bodyRefusal(error.reason, maxBodySize)),
      onSuccess: (text) => {
        const understand = () => this.#understand(text, then)
        if (text.length < long) return understand()
        return this.#turns.isFull
          ? Exit.succeed(HttpReply.tooManyBodies)
          : Effect.flatten(this.#turns.take(understand))
      }
    })
  }

  #understand(
    text: string,
    then: (json: unknown, isLong: boolean) => Effect.Effect<HttpReply.HttpReply>
  ): Effect.Effect<HttpReply.HttpReply> {
    const { maxMembers } = this.#options
    if (JsonText.hasMoreThan(text, maxMembers)) {
      return Exit.succeed(HttpReply.refusal(413, `The body has more than ${maxMembers} members, arrays or objects`))
    }
    const json = Result.try((): unknown => JSON.parse(text))
    return Result.isFailure(json) ? Exit.succeed(notJson) : then(json.success, text.length >= long)
  }

  #inSession(session: HttpSession, json: unknown, context: MessageContext): Effect.Effect<HttpReply.HttpReply> {
    // headers say nothing of one among several (HTTP26-5)
    if (Array.isArray(json) && json.some((one) => this.#isStateless(one, true))) return Exit.succeed(mixed)
    const posted = Posted.of(json)
    switch (posted._tag) {
      case "Invalid":
        return Exit.succeed(Posted.refusal(posted))
      case "Others":
        return Exit.succeed(session.take(json, context) ?? accepted)
      case "Initialize":
        return this.#reply(session.exchange(json, [posted.id], context))
      case "Requests":
        return this.#reply(session.exchange(json, posted.ids, context))
    }
  }

  #withoutSession(
    json: unknown,
    principal: Principal.Principal,
    context: MessageContext
  ): Effect.Effect<HttpReply.HttpReply> {
    const { environment, sessions } = this.#options
    const posted = Posted.of(json)
    if (posted._tag === "Invalid") return Exit.succeed(Posted.refusal(posted))
    if (posted._tag !== "Initialize") return Exit.succeed(noSession)
    return Effect.flatMap(
      sessions.open(principal, (client) => new HttpSession({ ...client, environment })),
      (session) => {
        if (session === undefined) return Exit.succeed(HttpReply.tooManySessions(posted.id))
        return Effect.flatMap(this.#reply(session.exchange(json, [posted.id], context)), (reply) =>
          // a handshake that failed leaves no session behind
          reply._tag === "Complete" && session.revision === undefined
            ? Effect.as(sessions.close(session), reply)
            : Exit.succeed(HttpReply.withHeaders(reply, { "mcp-session-id": session.id })))
      }
    )
  }

  // What is not answered soon goes on as a stream, so that it survives proxies and broken connections.
  #reply(exchange: Exchange): Effect.Effect<HttpReply.HttpReply> {
    return exchange.isDecided ? exchange.reply : Effect.timeoutOrElse(exchange.reply, {
      duration: this.#options.streamAfter,
      orElse: () => Effect.andThen(exchange.upgrade, exchange.reply)
    })
  }
}

// What is shorter is understood faster than anyone notices. In UTF-16 units.
const long = 64 * 1024

const isInitialize = (json: unknown): boolean => Predicate.isObject(json) && json.method === "initialize"

const messageContext = (principal: Principal.Principal): MessageContext =>
  principal === Principal.anonymous ? undefined : Context.make(Principal.CurrentPrincipal, principal)

const bodyRefusal = (reason: HttpRequest.BodyError["reason"], limit: number): HttpReply.HttpReply => {
  switch (reason) {
    case "TooLarge":
      return Admission.tooLarge(limit)
    case "NotUtf8":
      return HttpReply.refusal(400, "The body is not UTF-8", { code: JsonRpc.parseError })
    case "TooSlow":
      return HttpReply.refusal(408, "The body did not come in time")
    case "Broken":
      return HttpReply.refusal(400, "The body did not arrive whole")
  }
}
