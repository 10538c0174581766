/**
 * `Stateless` takes in the one message of a POST that stands for itself, and replies with what comes of it (HTTP26-5).
 *
 * It is not where a request is checked: the server does that, headers against body, and its refusals get their HTTP status here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 *
 * @since 0.1.0
 */
import * as HeaderValue from "@mcp-effect/core/HeaderValue"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { MirroredHeaders } from "@mcp-effect/core/MirroredHeaders"
import * as Principal from "@mcp-effect/core/Principal"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import type { Server } from "@mcp-effect/core/Server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpReply from "./HttpReply.ts"
import type { HttpRequest } from "./HttpRequest.ts"
import * as Posted from "./Posted.ts"
import { StatelessExchange, statusOf } from "./StatelessExchange.ts"
import type { StatelessRequests } from "./StatelessRequests.ts"

const accepted = HttpReply.empty(202)

const batch = HttpReply.refusal(400, "The body has to be one JSON-RPC message, not an array")

const response = HttpReply.refusal(400, "The server asks nothing that a response could answer")

/**
 * Takes in what is POSTed.
 *
 * @category models
 * @since 0.1.0
 */
export class Stateless {
  readonly #server: Server["Service"]
  readonly #requests: StatelessRequests

  constructor(server: Server["Service"], requests: StatelessRequests) {
    this.#server = server
    this.#requests = requests
  }

  /** `isLong` says of the body that it takes up room for as long as the request goes on. */
  handle(
    request: HttpRequest,
    json: unknown,
    isLong: boolean,
    principal: Principal.Principal
  ): Effect.Effect<HttpReply.HttpReply> {
    // `classify` has checked the envelope, so the cast below only names what it found
    switch (JsonRpc.classify(json)) {
      case "Request":
        return this.#request(request, json as JsonRpc.Request, isLong, principal)
      case "Notification":
        return Exit.succeed(unserved(request) ?? accepted)
      case "ResultResponse":
      case "ErrorResponse":
        return Exit.succeed(response)
      case "Invalid":
        return Exit.succeed(Array.isArray(json) ? batch : Posted.refusal(Posted.invalid(json)))
    }
  }

  // The work begins together with the wait for it, so that nobody can leave between the two.
  #request(
    request: HttpRequest,
    message: JsonRpc.Request,
    isLong: boolean,
    principal: Principal.Principal
  ): Effect.Effect<HttpReply.HttpReply> {
    if (this.#requests.isFull || (isLong && this.#requests.isFullOfLong)) {
      return Exit.succeed(HttpReply.tooManyRequests(message.id))
    }
    return Effect.callback((resume) => {
      const exchange = new StatelessExchange(this.#requests, message.id, isLong, resume)
      exchange.started(this.#server.answer(message, {
        transport: exchange,
        context: contextOf(request, principal),
        onAnswer: (answer) => exchange.respond(answer)
      }))
      return exchange.isDecided ? undefined : Effect.sync(() => exchange.cancel())
    })
  }
}

const contextOf = (request: HttpRequest, principal: Principal.Principal): Context.Context<never> => {
  const context = Context.make(MirroredHeaders, request)
  return principal === Principal.anonymous ? context : Context.add(context, Principal.CurrentPrincipal, principal)
}

// Of the headers, a notification needs no more than its version (HTTP26-25, HTTP26-30, HTTP26-41).
const unserved = (request: HttpRequest): HttpReply.HttpReply | undefined => {
  const given = request.header("mcp-protocol-version")
  if (given === undefined) return refuse(ProtocolError.headerMismatch("The MCP-Protocol-Version header is missing"))
  const version = HeaderValue.trim(given)
  return Revisions.byVersion(version)?.era === "stateless"
    ? undefined
    : refuse(ProtocolError.unsupportedProtocolVersion(Revisions.statelessEra.map(({ version }) => version), version))
}

const refuse = (error: ProtocolError.ProtocolError): HttpReply.HttpReply =>
  HttpReply.ofJson(statusOf(error), JSON.stringify({ jsonrpc: "2.0", error: ProtocolError.toErrorObject(error) }))
