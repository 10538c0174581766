/**
 * What was `Posted`: the JSON of one POST, sorted into requests that want a reply and everything that does not.
 *
 * It is not validation of what the messages say, which is the business of the server.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as HttpReply from "./HttpReply.ts"

/**
 * A POST: with requests, `ids` are theirs; without, there are none. An invalid message has its id, if one can be read.
 *
 * @category models
 * @since 0.1.0
 */
export type Posted =
  | { readonly _tag: "Initialize"; readonly id: JsonRpc.RequestId }
  | { readonly _tag: "Requests"; readonly ids: ReadonlyArray<JsonRpc.RequestId> }
  | { readonly _tag: "Others" }
  | Invalid

/**
 * What is not a message, or not one that can be POSTed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Invalid {
  readonly _tag: "Invalid"
  readonly id: JsonRpc.RequestId | undefined
  readonly message: string
}

const others: Posted = { _tag: "Others" }

/**
 * Sorts the JSON of a POST. A batch is taken as a whole: if one message of it is not valid, none is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (json: unknown): Posted => {
  if (Array.isArray(json)) return ofBatch(json)
  switch (JsonRpc.classify(json)) {
    case "Request": {
      // `classify` has found an id and a method
      const { id, method } = json as JsonRpc.Request
      return method === "initialize" ? { _tag: "Initialize", id } : { _tag: "Requests", ids: [id] }
    }
    case "Invalid":
      return invalid(json)
    default:
      return others
  }
}

/**
 * What JSON is that is no message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalid = (json: unknown): Invalid => {
  const id = (json as { readonly id?: unknown } | null)?.id
  return {
    _tag: "Invalid",
    id: JsonRpc.isRequestId(id) ? id : undefined,
    message: "The body is not a valid JSON-RPC 2.0 message"
  }
}

const ofBatch = (batch: ReadonlyArray<unknown>): Posted => {
  const ids: Array<JsonRpc.RequestId> = []
  for (const json of batch) {
    const kind = JsonRpc.classify(json)
    if (kind === "Invalid") {
      return { _tag: "Invalid", id: undefined, message: "The batch holds what is not a valid JSON-RPC 2.0 message" }
    }
    if (kind !== "Request") continue
    const { id, method } = json as JsonRpc.Request
    if (method === "initialize") {
      return { _tag: "Invalid", id: undefined, message: "initialize is never part of a batch" }
    }
    ids.push(id)
  }
  return ids.length === 0 ? others : { _tag: "Requests", ids }
}

/**
 * The refusal of what is not valid, with its id if one could be read.
 *
 * @category accessors
 * @since 0.1.0
 */
export const refusal = ({ id, message }: Invalid): HttpReply.HttpReply => HttpReply.refusal(400, message, { id })
