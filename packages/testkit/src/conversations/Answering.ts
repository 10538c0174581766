/**
 * Whether what was said was answered as it has to be: each request once, with nothing that says the request or the server is broken.
 *
 * What an answer means is for laws of handlers.
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { Heard } from "./Speaker.ts"

/**
 * What was asked: the method of each id, and what of it was cancelled.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  readonly methods: ReadonlyMap<unknown, string>
  readonly cancelled: ReadonlySet<unknown>
}

/**
 * What was asked by these messages; those of a batch too.
 *
 * @category constructors
 * @since 0.1.0
 */
export const askedBy = (messages: ReadonlyArray<unknown>): Asked => {
  const methods = new Map<unknown, string>()
  const cancelled = new Set<unknown>()
  for (const message of messages.flat()) {
    if (!Predicate.isObject(message)) continue
    const { id, method, params } = message
    if (typeof method !== "string") continue
    if (id !== undefined) methods.set(id, method)
    else if (method === "notifications/cancelled" && Predicate.isObject(params)) cancelled.add(params["requestId"])
  }
  return { methods, cancelled }
}

/**
 * The answers among what was heard.
 *
 * @category accessors
 * @since 0.1.0
 */
export const answersOf = (heard: ReadonlyArray<Heard>): ReadonlyArray<Heard> =>
  heard.filter(({ method }) => method === undefined)

/**
 * Whether all that has to be answered is.
 *
 * @category guards
 * @since 0.1.0
 */
export const isComplete = ({ cancelled, methods }: Asked, heard: ReadonlyArray<Heard>): boolean => {
  const answered = new Set(answersOf(heard).map(({ id }) => id))
  return [...methods.keys()].every((id) => cancelled.has(id) || answered.has(id))
}

/**
 * Whether an error says that the server failed. One that says more than that is an answer of the author's: what is asked needs more than this client can
 * do, say.
 *
 * @category guards
 * @since 0.1.0
 */
export const isFailure = (error: unknown): boolean =>
  Predicate.isObject(error) && error["code"] === JsonRpc.internalError && error["message"] === "Internal error"

const broken = (error: unknown): string | undefined => {
  if (!Predicate.isObject(error)) return undefined
  if (error["code"] === JsonRpc.parseError) return "what was said could not be read"
  if (error["code"] === JsonRpc.invalidRequest) return "what was said was no request"
  return isFailure(error) ? "the server failed" : undefined
}

/**
 * What is wrong with the answers, if anything is.
 *
 * @category accessors
 * @since 0.1.0
 */
export const misfit = (revision: Revision, asked: Asked, heard: ReadonlyArray<Heard>): string | undefined => {
  const answered = new Set<unknown>()
  for (const { error, id, result } of answersOf(heard)) {
    const request = JSON.stringify(id)
    const method = asked.methods.get(id)
    const failed = broken(error)
    if (failed !== undefined) {
      return `${failed}: the request ${request} was answered with ${JSON.stringify(error)}`
    }
    if (method === undefined) return `an answer came to ${request}, which nobody asked`
    if (answered.has(id)) return `the request ${request} was answered twice`
    answered.add(id)
    const codec = Predicate.isObject(result) && result["resultType"] === "input_required"
      ? revision.inputRequired
      : revision.clientRequests.get(method)?.result
    const decoded = codec === undefined || error !== undefined ? undefined : codec.decode(result)
    if (decoded !== undefined && Result.isFailure(decoded)) {
      return `the result of ${method} is none of ${revision.version}: ${decoded.failure}`
    }
  }
  const unanswered = [...asked.methods].find(([id]) => !asked.cancelled.has(id) && !answered.has(id))
  return unanswered === undefined ? undefined : `the request ${JSON.stringify(unanswered[0])} was not answered`
}
