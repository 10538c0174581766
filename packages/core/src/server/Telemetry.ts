/**
 * `Telemetry` on the server: a span and a duration for each request that it answers, and a duration for each session.
 *
 * It makes no spans where the application provides no `Tracer`.
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
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Telemetry from "../Telemetry.ts"
import * as TraceContext from "../TraceContext.ts"

/**
 * How long the server took for each request, in seconds, by `mcp.method.name` and, where it failed, `error.type`. Of requests that only stand and
 * wait (`subscriptions/listen`) there are those that were refused.
 *
 * @category metrics
 * @since 0.1.0
 */
export const operationDuration: Metric.Histogram<number> = Metric.histogram("mcp.server.operation.duration", {
  description: "The duration of MCP requests as observed by the server, in seconds",
  boundaries: Telemetry.boundaries
})

/**
 * How long sessions lasted, in seconds.
 *
 * @category metrics
 * @since 0.1.0
 */
export const sessionDuration: Metric.Histogram<number> = Metric.histogram("mcp.server.session.duration", {
  description: "The duration of MCP sessions as observed by the server, in seconds",
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

const durations = Telemetry.durations(operationDuration)

/**
 * What is known of a request besides itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject {
  readonly request: InboundRequest
  readonly params: unknown
  readonly sessionId: string | undefined
  readonly protocolVersion: string | undefined
}

/**
 * Observes the work that a request stands for: always its duration; its span too when the application traces. The span's parent is the
 * caller's, from `_meta.traceparent`.
 *
 * `method` is one that the server knows, so that the attributes stay few whatever peers send.
 *
 * @category combinators
 * @since 0.1.0
 */
export const observe = <A, E>(subject: Subject, work: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const { context, method } = subject.request
  const clock = Context.get(context, Clock.Clock)
  const start = clock.monotonicTimeNanosUnsafe()
  const record = (exit: Exit.Exit<A, E>) => {
    const type = errorType(subject.request, exit)
    // how long a request stood is not how long it took
    if (subject.request.standing !== undefined && (type === undefined || type === "cancelled")) return
    const seconds = Number(clock.monotonicTimeNanosUnsafe() - start) / 1e9
    durations(method, type).updateUnsafe(seconds, context)
  }
  if (Exit.isExit(work)) {
    // an effect that is an exit is one of its own type
    record(work as Exit.Exit<A, E>)
    if (Telemetry.isTracing(context)) Effect.runSyncExitWith(context)(traced(subject, work))
    return work
  }
  return Effect.onExitPrimitive(traced(subject, work), (exit) => {
    record(exit)
    return undefined
  })
}

const errorType = (request: InboundRequest, exit: Exit.Exit<unknown, unknown>): string | undefined => {
  // work that ends for the client to be asked is interrupted, and no error
  if (request.isSuspended) return undefined
  if (Exit.isSuccess(exit)) {
    return (exit.value as { readonly isError?: unknown } | undefined)?.isError === true ? "tool_error" : undefined
  }
  if (Cause.hasInterruptsOnly(exit.cause)) return "cancelled"
  const error = Cause.findErrorOption(exit.cause)
  return error._tag === "Some" && error.value instanceof ProtocolError.ProtocolError
    ? String(ProtocolError.toErrorObject(error.value).code)
    : "-32603"
}

const traced = <A, E>(subject: Subject, work: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const { request, params } = subject
  const parent = TraceContext.fromParams(params)
  if (!Telemetry.isTracing(request.context)) {
    return parent === undefined ? work : Effect.withParentSpan(work, parent)
  }
  const { target } = request
  return Effect.withSpan(
    Effect.onExit(work, (exit) => {
      const type = errorType(request, exit)
      return type === undefined ? Effect.void : Effect.annotateCurrentSpan("error.type", type)
    }),
    Telemetry.spanName(request.method, target),
    {
      kind: "server",
      ...(parent === undefined ? undefined : { parent }),
      attributes: {
        "mcp.method.name": request.method,
        "jsonrpc.request.id": String(request.id),
        ...(subject.sessionId === undefined ? undefined : { "mcp.session.id": subject.sessionId }),
        ...(subject.protocolVersion === undefined ? undefined : { "mcp.protocol.version": subject.protocolVersion }),
        ...Telemetry.attributesOf(request.method, target, params)
      }
    }
  )
}
