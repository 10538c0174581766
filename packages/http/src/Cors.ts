/**
 * `Cors` lets pages of the allowed origins read replies; to all others nothing is said.
 *
 * It is not the check of `Origin` (`Admission`), which comes first, and it never speaks of credentials or of any origin (`*`).
 *
 * Spec: https://fetch.spec.whatwg.org/#http-cors-protocol
 *
 * @since 0.1.0
 */
import * as HttpReply from "./HttpReply.ts"
import type { HttpRequest } from "./HttpRequest.ts"

/**
 * The answers to browsers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cors {
  /** The reply to a request that asks whether another may be sent. */
  readonly preflight: (request: HttpRequest) => HttpReply.HttpReply
  /** A reply as the page may read it. */
  readonly expose: (request: HttpRequest, reply: HttpReply.HttpReply) => HttpReply.HttpReply
}

const vary: HttpReply.Headers = { vary: "Origin" }

/**
 * The answers for some origins; none are given where no origin is allowed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (origins: ReadonlyArray<string> | undefined): Cors | undefined => {
  if (origins === undefined || origins.length === 0) return undefined
  const allowed = new Set(origins)
  const originOf = (request: HttpRequest): string | undefined => {
    const origin = request.header("origin")
    return origin !== undefined && allowed.has(origin) ? origin : undefined
  }
  return {
    preflight: (request) => {
      if (originOf(request) === undefined) return HttpReply.empty(204)
      const asked = request.header("access-control-request-headers")
      return HttpReply.empty(204, {
        "access-control-allow-methods": "GET, POST, DELETE",
        // clients send headers of later revisions and of their own; what they hold is checked where it is read
        ...(asked === undefined ? undefined : { "access-control-allow-headers": asked }),
        "access-control-max-age": "600"
      })
    },
    expose: (request, reply) => {
      const origin = originOf(request)
      return HttpReply.withHeaders(
        reply,
        origin === undefined ? vary : {
          ...vary,
          "access-control-allow-origin": origin,
          "access-control-expose-headers": "Mcp-Session-Id, WWW-Authenticate, Retry-After"
        }
      )
    }
  }
}
