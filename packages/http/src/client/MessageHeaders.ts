/**
 * `MessageHeaders` are what the headers of a POST say of the message in its body.
 *
 * They are not the headers of a session, which are the same for all of its messages (`ClientSession`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#request-headers
 *
 * @since 0.1.0
 */
import * as HeaderValue from "@mcp-effect/core/HeaderValue"
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { mirroredName } from "@mcp-effect/core/MirroredHeaders"
import * as Predicate from "effect/Predicate"

/**
 * What every POST says: either kind of reply is understood (HTTP-8, HTTP-9). A compressed stream would come late.
 *
 * @category constants
 * @since 0.1.0
 */
export const post = {
  accept: "application/json, text/event-stream",
  "accept-encoding": "identity",
  "content-type": "application/json"
}

/**
 * What every GET says (HTTP-31).
 *
 * @category constants
 * @since 0.1.0
 */
export const get = { accept: "text/event-stream", "accept-encoding": "identity", "cache-control": "no-store" }

/**
 * The version that a message says it is in, when it stands for itself: then it is of the stateless era, whatever was said before.
 *
 * @category accessors
 * @since 0.1.0
 */
export const statelessVersion = (message: JsonRpc.Message): string | undefined => {
  if (!("method" in message) || !Predicate.isObject(message.params)) return undefined
  const meta = message.params["_meta"]
  if (!Predicate.isObject(meta)) return undefined
  const version = meta["io.modelcontextprotocol/protocolVersion"]
  return typeof version === "string" ? version : undefined
}

/**
 * The headers of a message that stands for itself: its version (HTTP26-20, HTTP26-21), and of a request its method, what it is about, and the
 * arguments that are mirrored (HTTP26-23, HTTP26-24, HDR-18, HDR-2).
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofStateless = (
  message: JsonRpc.Request | JsonRpc.Notification,
  version: string,
  parameters: ReadonlyArray<readonly [name: string, value: string]>
): Record<string, string> => {
  const headers: Record<string, string> = { ...post, "mcp-protocol-version": version, "mcp-method": message.method }
  if (!("id" in message)) return headers
  const member = mirroredName.get(message.method)
  const name = member === undefined ? undefined : (message.params as Record<string, unknown>)[member]
  if (typeof name === "string") headers["mcp-name"] = HeaderValue.encode(name)
  for (const [parameter, value] of parameters) headers[parameter.toLowerCase()] = value
  return headers
}
