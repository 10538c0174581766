/**
 * `Telemetry` on the client: a span and a duration for each request that it sends, and a duration for each session.
 *
 * It makes no spans where the application provides no `Tracer`; then the trace of whoever asked is told on as it came. The id of a session is not
 * for it: who knows one may speak in the session (HTTP-48).
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"
import type { Peer } from "../Peer.ts"
import type { RequestOptions } from "../peer/OutboundRequests.ts"
import type { SessionError } from "../SessionError.ts"
import * as Telemetry from "../Telemetry.ts"
import * as TraceContext from "../TraceContext.ts"

/**
 * How long each request took, from when it was sent to its answer, in seconds, by `mcp.method.name` and, where it failed, `error.type`. Of requests
 * that only stand and wait (`subscriptions/listen`) there are those that were refused.
 *
 * @category metrics
 * @since 0.1.0
 */
export const operationDuration: Metric.Histogram<number> = Metric.histogram("mcp.client.operation.duration", {
  description: "The duration of MCP requests as observed by the client, in seconds",
  boundaries: Telemetry.boundaries
})

/**
 * How long sessions lasted, in seconds.
 *
 * @category metrics
 * @since 0.1.0
 */
export const sessionDuration: Metric.Histogram<number> = Metric.histogram("mcp.client.session.duration", {
  description: "The duration of MCP sessions as observed by the client, in seconds",
  boundaries: Telemetry.boundaries
})

/**
 * Records that a session has ended.
 *
 * @category combinators
 * @since 0.1.0
 */
export const sessionEnded = (protocolVersion: string, seconds: number, context: Context.Context<never>): void =>
  Metric.withAttributes(sessionDuration, { "mcp.protocol.version": protocolVersion }).updateUnsafe(seconds, context)

/**
 * A request as it is sent, and what is known of its connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject {
  readonly method: string
  readonly params: object
  readonly options: RequestOptions | undefined
  readonly protocolVersion: string | undefined
}

const durations = Telemetry.durations(operationDuration)

/**
 * Sends a request, and observes it: always its duration; its span too when the application traces. Its `_meta` says which span it was sent in.
 *
 * @category combinators
 * @since 0.1.0
 */
export const request = (peer: Peer, subject: Subject): Effect.Effect<unknown, SessionError> =>
  Effect.withFiber(({ context }) => {
    const clock = Context.get(context, Clock.Clock)
    const start = clock.monotonicTimeNanosUnsafe()
    return Effect.onExitPrimitive(
      Telemetry.isTracing(context)
        ? traced(peer, subject)
        : peer.request(
          subject.method,
          TraceContext.inject(subject.params, TraceContext.external(context)),
          subject.options
        ),
      (exit) => {
        const type = errorType(exit)
        // how long a request stood is not how long it took
        if (subject.options?.isStanding === true && (type === undefined || type === "cancelled")) return undefined
        const seconds = Number(clock.monotonicTimeNanosUnsafe() - start) / 1e9
        durations(subject.method, type).updateUnsafe(seconds, context)
        return undefined
      }
    )
  })

// Servers answer with any code: those that the protocol has are told apart, so that the attributes stay few.
const codes: ReadonlySet<number> = new Set([
  -32700,
  -32603,
  -32602,
  -32601,
  -32600,
  -32042,
  -32022,
  -32021,
  -32020,
  -32002
])

const errorType = (exit: Exit.Exit<unknown, SessionError>): string | undefined => {
  if (Exit.isSuccess(exit)) {
    return Predicate.hasProperty(exit.value, "isError") && exit.value.isError === true ? "tool_error" : undefined
  }
  if (Cause.hasInterruptsOnly(exit.cause)) return "cancelled"
  const error = Cause.findErrorOption(exit.cause)
  if (error._tag === "None") return "_OTHER"
  const { reason } = error.value
  if (reason._tag !== "ErrorAnswer") return reason._tag
  return codes.has(reason.code) ? String(reason.code) : "_OTHER"
}

const traced = (
  peer: Peer,
  { method, options, params, protocolVersion }: Subject
): Effect.Effect<unknown, SessionError> => {
  const target = Telemetry.targetOf(params)
  return Effect.withSpan(
    Effect.withFiber(({ context }) => {
      const span = Context.getOrUndefined(context, Tracer.ParentSpan)
      const attribute = (name: string, value: string) => span?._tag === "Span" ? span.attribute(name, value) : undefined
      return Effect.onExitPrimitive(
        peer.request(method, TraceContext.inject(params, span), {
          ...options,
          onId: (id) => {
            attribute("jsonrpc.request.id", String(id))
            options?.onId?.(id)
          }
        }),
        (exit) => {
          const type = errorType(exit)
          if (type !== undefined) attribute("error.type", type)
          return undefined
        }
      )
    }),
    Telemetry.spanName(method, target),
    {
      kind: "client",
      captureStackTrace: false,
      attributes: {
        "mcp.method.name": method,
        ...(protocolVersion === undefined ? undefined : { "mcp.protocol.version": protocolVersion }),
        ...Telemetry.attributesOf(method, target, params)
      }
    }
  )
}
