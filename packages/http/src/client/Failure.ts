/**
 * A `Failure` is what went wrong below the protocol, as an error of the transport.
 *
 * It is not what a server says in reply, which is a `Refusal`.
 *
 * @since 0.1.0
 */
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"

/**
 * Fails with a `TransportError` of this reason.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fail = (
  reason: TransportError.TransportError["reason"]
): Effect.Effect<never, TransportError.TransportError> => Effect.fail(new TransportError.TransportError({ reason }))

/**
 * Fails with `Refused`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refused = (status: number, message: string): Effect.Effect<never, TransportError.TransportError> =>
  fail(new TransportError.Refused({ status, message }))

/**
 * Fails with `Unreachable`: nothing was sent, `because` of what is safe to show.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unreachable = (because: string): Effect.Effect<never, TransportError.TransportError> =>
  fail(new TransportError.Unreachable({ because, cause: undefined }))

/**
 * Fails with `Closed`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed: Effect.Effect<never, TransportError.TransportError> = Effect.suspend(() =>
  Effect.fail(TransportError.closed())
)

/**
 * The error of a request that got no reply. It is `Unreachable` only where it is certain that nothing was sent; else the server may have the
 * message.
 *
 * The request itself, and so its headers, are not kept: of all that is known, `host` and the code of the system are shown.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofClientError = (
  { reason }: HttpClientError.HttpClientError,
  host: string
): Effect.Effect<never, TransportError.TransportError> => {
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") return unreachable(`${host}, ${reason._tag}`)
  const cause = reason.cause ?? new Error(reason._tag)
  const code = codeOf(cause, 0)
  const because = code === undefined ? host : `${host}, ${code}`
  return fail(
    neverSent(cause, 0)
      ? new TransportError.Unreachable({ because, cause })
      : new TransportError.Broken({ because, cause })
  )
}

// What names cannot be resolved, what does not listen, and what cannot prove who it is. Bun has words where others have codes.
const codes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|CERT_\w+|ERR_TLS_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_SSL_\w+)$/

// Platforms wrap the error of the system, and those that try several addresses have one for each.
const neverSent = (cause: unknown, depth: number): boolean => {
  if (!Predicate.isObject(cause) || depth > 4) return false
  const { cause: inner, code, errors } = cause
  return (typeof code === "string" && codes.test(code)) || neverSent(inner, depth + 1) ||
    (Array.isArray(errors) && errors.length > 0 && errors.every((error) => neverSent(error, depth + 1)))
}

// The innermost says the most; a code is a word, and anything else is not shown.
const codeOf = (cause: unknown, depth: number): string | undefined => {
  if (!Predicate.isObject(cause) || depth > 4) return undefined
  const { cause: inner, code, errors } = cause
  return codeOf(inner, depth + 1) ??
    (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined) ??
    (typeof code === "string" && /^\w{1,64}$/.test(code) ? code : undefined)
}
