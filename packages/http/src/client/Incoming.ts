/**
 * What is `Incoming`: JSON that a server has sent, told apart as far as a transport has to.
 *
 * It is not validated here, which is the business of the peer that receives it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"

/**
 * The JSON of a text, or undefined when it is not meant to be a message: messages say so, well-formed or not. A batch is an array.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (text: string): unknown => {
  const json = Result.try((): unknown => JSON.parse(text))
  if (Result.isFailure(json)) return undefined
  const value = json.success
  return (Array.isArray(value) ? value.some(hasVersion) : hasVersion(value)) ? value : undefined
}

const hasVersion = (json: unknown): boolean => Predicate.isObject(json) && Object.hasOwn(json, "jsonrpc")

/**
 * Whether it answers this request, itself or as one of a batch. An answer that is malformed is one too: there will be no other.
 *
 * @category guards
 * @since 0.1.0
 */
export const answers = (json: unknown, id: JsonRpc.RequestId): boolean =>
  Array.isArray(json)
    ? json.some((one) => answers(one, id))
    : Predicate.isObject(json) && json.id === id && json.method === undefined

/**
 * The id of the request that it answers, if it answers one.
 *
 * @category accessors
 * @since 0.1.0
 */
export const answeredId = (json: unknown): JsonRpc.RequestId | undefined =>
  Predicate.isObject(json) && json.method === undefined && JsonRpc.isRequestId(json.id) ? json.id : undefined

/**
 * Whether it asks something.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRequest = (json: unknown): boolean =>
  Predicate.isObject(json) && json.method !== undefined && json.id !== undefined

/**
 * An error that does not say which request it is about (BASE-8, BASE-9), if it is one.
 *
 * @category guards
 * @since 0.1.0
 */
export const errorWithoutId = (json: unknown): JsonRpc.ErrorResponse | undefined =>
  JsonRpc.classify(json) === "ErrorResponse" && ((json as JsonRpc.ErrorResponse).id ?? null) === null
    // it was found to be one
    ? json as JsonRpc.ErrorResponse
    : undefined

/**
 * The code of an error response.
 *
 * @category accessors
 * @since 0.1.0
 */
export const errorCode = (json: unknown): number | undefined =>
  JsonRpc.classify(json) === "ErrorResponse" ? (json as JsonRpc.ErrorResponse).error.code : undefined
