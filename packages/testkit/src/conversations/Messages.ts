/**
 * The `Messages` of a client that does everything right, as they are in a revision.
 *
 * What it asks, and when, is not their business.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import type { Revision } from "@mcp-effect/core/revision/Revision"
import type * as Questions from "./Questions.ts"

/**
 * What it can do. Who speaks a revision does not say that it can do what is not part of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const clientCapabilities = ({ elicitationModes }: Revision) => ({
  sampling: {},
  roots: { listChanged: true },
  ...(elicitationModes.length === 0 ? undefined : { elicitation: {} })
})

const clientInfo = { name: "conversation", version: "1.0.0" }

/**
 * It gives up a request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cancellation = (requestId: unknown) => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId }
})

/**
 * How it begins, if there is a beginning.
 *
 * @category constructors
 * @since 0.1.0
 */
export const handshake = (revision: Revision): Array<unknown> =>
  revision.era === "stateless" ? [] : [
    {
      jsonrpc: "2.0",
      id: "hello",
      method: "initialize",
      params: { protocolVersion: revision.version, capabilities: clientCapabilities(revision), clientInfo }
    },
    { jsonrpc: "2.0", method: "notifications/initialized" }
  ]

/**
 * What it asks last: every server has an answer.
 *
 * @category accessors
 * @since 0.1.0
 */
export const lastMethod = (revision: Revision): string => revision.era === "stateless" ? "server/discover" : "ping"

/**
 * It asks something.
 *
 * @category constructors
 * @since 0.1.0
 */
export const request = (
  revision: Revision,
  id: unknown,
  method: string,
  params: Questions.Params,
  meta: Questions.Params
) => {
  const _meta = revision.era === "session" ? meta : {
    ...meta,
    "io.modelcontextprotocol/protocolVersion": revision.version,
    "io.modelcontextprotocol/clientInfo": clientInfo,
    "io.modelcontextprotocol/clientCapabilities": clientCapabilities(revision)
  }
  return {
    jsonrpc: "2.0",
    id,
    method,
    params: Object.keys(_meta).length === 0 ? params : { ...params, _meta }
  }
}
