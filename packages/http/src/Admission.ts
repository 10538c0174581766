/**
 * `Admission` decides by the head of a request whether it is let in: `Host` and `Origin` by allow-lists, then the headers of its method.
 *
 * It is not authentication, and it reads no body.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as HttpReply from "./HttpReply.ts"
import type { HttpRequest } from "./HttpRequest.ts"
import * as MediaType from "./MediaType.ts"

/**
 * Who may send requests. A host is `name` or `name:port`; without a port it stands for every port. An origin is `https://name:port`.
 *
 * Hosts are the loopback names by default. An origin is let in if it is listed, or if it is one of the allowed hosts: a page of this server,
 * whose name no foreign page can take (DNS rebinding). `"any"` hosts are for servers behind a proxy that checks them itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface AllowLists {
  readonly allowedHosts?: ReadonlyArray<string> | "any"
  readonly allowedOrigins?: ReadonlyArray<string>
}

/**
 * The names of this machine.
 *
 * @category constants
 * @since 0.1.0
 */
export const loopbackHosts: ReadonlyArray<string> = ["localhost", "127.0.0.1", "[::1]"]

/**
 * Checks the head of a request; a reply is its refusal.
 *
 * @category models
 * @since 0.1.0
 */
export type Check = (request: HttpRequest) => HttpReply.HttpReply | undefined

const foreignHost = HttpReply.refusal(403, "The Host header names none of this server's hosts")

const foreignOrigin = HttpReply.refusal(403, "Requests from this Origin are not allowed")

/**
 * The check of `Host` and `Origin`, on every method and path (HTTP-2 to HTTP-4, SSE-6). A request without `Origin` comes from no web page
 * and passes; one with two or with `null` does not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hostAndOrigin = (lists: AllowLists): Check => {
  const hosts = lists.allowedHosts === "any"
    ? undefined
    : new Set((lists.allowedHosts ?? loopbackHosts).map((host) => host.toLowerCase()))
  const origins = new Set(lists.allowedOrigins)
  const isAllowedHost = (host: string | undefined): boolean => {
    if (hosts === undefined) return true
    if (host === undefined) return false
    const lower = host.toLowerCase()
    return hosts.has(lower) || hosts.has(lower.replace(/:\d{1,5}$/, ""))
  }
  const isAllowedOrigin = (origin: string): boolean =>
    origins.has(origin) || (hosts !== undefined && isAllowedHost(/^https?:\/\/([^\s,/@]+)$/i.exec(origin)?.[1]))
  return (request) => {
    if (!isAllowedHost(request.header("host"))) return foreignHost
    const origin = request.header("origin")
    return origin === undefined || isAllowedOrigin(origin) ? undefined : foreignOrigin
  }
}

/**
 * The reply to a version header that no session has.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unsupportedVersion = (id?: JsonRpc.RequestId): HttpReply.HttpReply =>
  HttpReply.refusal(400, `Unsupported MCP-Protocol-Version; sessions have ${sessionVersions}`, { id })

const sessionVersions = Revisions.sessionEra.map(({ version }) => version).join(", ")

const ofNoSession = unsupportedVersion()

/**
 * Whether the version header, where there is one, names a revision of the session era (HTTP-59). It may be missing (HTTP-58, HTTP-60).
 *
 * @category guards
 * @since 0.1.0
 */
export const protocolVersion: Check = (request) => {
  const version = request.header("mcp-protocol-version")
  return version === undefined || Revisions.byVersion(version)?.era === "session" ? undefined : ofNoSession
}

const notAcceptable = HttpReply.refusal(406, "Accept has to allow application/json and text/event-stream")

/**
 * Whether the client can read either kind of reply to a POST (HTTP-8, HTTP-10).
 *
 * @category guards
 * @since 0.1.0
 */
export const acceptsBoth: Check = (request) => {
  const accept = request.header("accept")
  return accept === "application/json, text/event-stream" ||
      (MediaType.accepts(accept, "application/json") && MediaType.accepts(accept, "text/event-stream"))
    ? undefined
    : notAcceptable
}

const noEventStream = HttpReply.refusal(406, "Accept has to allow text/event-stream")

/**
 * Whether the client of a GET wants a stream (HTTP-31): it has to say so.
 *
 * @category guards
 * @since 0.1.0
 */
export const acceptsEvents: Check = (request) =>
  MediaType.accepts(request.header("accept") ?? "", "text/event-stream") ? undefined : noEventStream

const notJson = HttpReply.refusal(415, "The body has to be application/json in UTF-8")

const compressed = HttpReply.refusal(415, "Compressed bodies are not accepted", {
  headers: { "accept-encoding": "identity" }
})

/**
 * The reply to a body beyond the limit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooLarge = (limit: number): HttpReply.HttpReply =>
  HttpReply.refusal(413, `The body is larger than ${limit} bytes`)

/**
 * Whether a body is worth reading: JSON (HTTP-9, HTTP-10), not compressed, and not longer than the limit by its own account.
 *
 * @category guards
 * @since 0.1.0
 */
export const body = (request: HttpRequest, limit: number): HttpReply.HttpReply | undefined => {
  if (!MediaType.isJson(request.header("content-type"))) return notJson
  const encoding = request.header("content-encoding")
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return compressed
  const length = request.header("content-length")
  return length !== undefined && Number(length) > limit ? tooLarge(limit) : undefined
}
