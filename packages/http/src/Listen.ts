/**
 * `Listen` handles GET: a client opens the stream of its session, goes on with one that broke, or begins with HTTP+SSE.
 *
 * It is not a way to ask for anything: only messages of the server travel here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server
 *
 * @since 0.1.0
 */
import type * as Principal from "@mcp-effect/core/Principal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Admission from "./Admission.ts"
import * as EventId from "./EventId.ts"
import * as HttpReply from "./HttpReply.ts"
import * as HttpRequest from "./HttpRequest.ts"
import { HttpSession } from "./HttpSession.ts"
import { LegacySession } from "./LegacySession.ts"
import * as MediaType from "./MediaType.ts"
import type { Sessions } from "./Sessions.ts"
import type { Environment } from "./SseStream.ts"

/**
 * What it needs of the endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly sessions: Sessions
  readonly environment: Environment
  readonly hasLegacy: boolean
}

const unknownEvent = HttpReply.refusal(400, "Last-Event-ID names no event of this session")

/**
 * Handles GET.
 *
 * @category models
 * @since 0.1.0
 */
export class Listen {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  handle(request: HttpRequest.HttpRequest, principal: Principal.Principal): Effect.Effect<HttpReply.HttpReply> {
    const { hasLegacy, sessions } = this.#options
    const id = request.header("mcp-session-id")
    const lastEventId = request.header("last-event-id")
    const refused = Admission.acceptsEvents(request) ?? Admission.protocolVersion(request)
    if (refused !== undefined) return Exit.succeed(refused)
    if (id === undefined) {
      // an image on a foreign page sends no Origin and accepts anything: it does not open a session
      return hasLegacy && lastEventId === undefined && MediaType.names(request.header("accept"), "text/event-stream")
        ? this.#legacy(request, principal)
        : Exit.succeed(HttpReply.missingSession)
    }
    const session = sessions.find(id, principal)
    if (!(session instanceof HttpSession)) return Exit.succeed(HttpReply.unknownSession)
    if (lastEventId === undefined) return Exit.succeed(session.listen())
    const position = EventId.parse(session.id, lastEventId)
    return Exit.succeed((position && session.resume(position)) ?? unknownEvent)
  }

  // A client of Streamable HTTP always has a session when it sends a GET, so one without speaks HTTP+SSE.
  #legacy(request: HttpRequest.HttpRequest, principal: Principal.Principal): Effect.Effect<HttpReply.HttpReply> {
    const { environment, sessions } = this.#options
    return Effect.map(
      sessions.open(principal, (client) =>
        new LegacySession({
          ...client,
          environment,
          postTo: `${HttpRequest.path(request)}?sessionId=${client.id}`,
          onClosed: (session) => environment.run(sessions.close(session))
        })),
      (session) => session === undefined ? HttpReply.tooManySessions() : HttpReply.events((sink) => session.open(sink))
    )
  }
}
