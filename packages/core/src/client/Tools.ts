/**
 * Tools on the client: how they are listed and called, by name or by the declaration that client and server share.
 *
 * It is not the declaration (`Tool`) nor the wire noun (`protocol/Tool`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { CallToolResult, Tool as WireTool } from "../protocol/Tool.ts"
import type * as SessionError from "../SessionError.ts"
import type { Caller, RequestOptions } from "./Caller.ts"
import * as Pagination from "./Pagination.ts"

/**
 * The tools of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tools {
  /** Its tools, page by page, and those that break a rule left out (HDR-10). Fails with `Incomplete` where a limit cuts the list off. */
  readonly listTools: Stream.Stream<WireTool, SessionError.SessionError>
  /** Its tools, as far as the limits go. */
  readonly tools: Effect.Effect<Pagination.Listing<WireTool>, SessionError.SessionError>
  /** Calls a tool by its name, with arguments as they travel. */
  readonly callTool: (
    name: string,
    args?: { readonly [name: string]: unknown },
    options?: RequestOptions
  ) => Effect.Effect<CallToolResult, SessionError.SessionError>
}

/**
 * The tools of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, limits: Pagination.Limits): Tools => {
  const listTools = Pagination.stream("tools/list", limits, (cursor) =>
    Effect.map(
      caller.request("tools/list", cursor === undefined ? {} : { cursor }),
      ({ nextCursor, tools }) => ({ items: tools, nextCursor })
    ))
  return {
    listTools,
    tools: Pagination.listing(listTools),
    callTool: (name, args, options) =>
      caller.request("tools/call", args === undefined ? { name } : { name, arguments: args }, options)
  }
}
