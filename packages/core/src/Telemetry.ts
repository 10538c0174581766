/**
 * `Telemetry` observes requests by OpenTelemetry's conventions for MCP: a span and a duration for each.
 *
 * It is not a backend: spans go to whatever `Tracer` the application provides, and none are made when it provides none.
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
import type { InboundRequest } from "./peer/InboundRequest.ts"
import * as ProtocolError from "./ProtocolError.ts"

// The bucket boundaries that the conventions advise, in seconds.
const boundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/**
 * How long the server took for each request, in seconds, by `mcp.method.name` and, where it failed, `error.type`. Of requests that only stand and
 * wait (`subscriptions/listen`) there are those that were refused.
 *
 * @category metrics
 * @since 0.1.0
 */
export const operationDuration: Metric.Histogram<number> = Metric.histogram("mcp.server.operation.duration", {
  description: "The duration of MCP requests as observed by the server, in seconds",
  boundaries
})

/**
 * How long sessions lasted, in seconds.
 *
 * @category metrics
 * @since 0.1.0
 */
export const sessionDuration: Metric.Histogram<number> = Metric.histogram("mcp.server.session.duration", {
  description: "The duration of MCP sessions as observed by the server, in seconds",
  boundaries
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

const byMethod = new Map<string, Metric.Metric<number, Metric.HistogramState>>()

const duration = (method: string, errorType: string | undefined): Metric.Metric<number, Metric.HistogramState> => {
  const key = errorType === undefined ? method : `${method} ${errorType}`
  let metric = byMethod.get(key)
  if (metric === undefined) {
    metric = Metric.withAttributes(operationDuration, {
      "mcp.method.name": method,
      ...(errorType === undefined ? undefined : { "error.type": errorType })
    })
    byMethod.set(key, metric)
  }
  return metric
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
    duration(method, type).updateUnsafe(seconds, context)
  }
  if (Exit.isExit(work)) {
    // an effect that is an exit is one of its own type
    record(work as Exit.Exit<A, E>)
    if (isTracing(context)) Effect.runSyncExitWith(context)(traced(subject, work))
    return work
  }
  return Effect.onExitPrimitive(traced(subject, work), (exit) => {
    record(exit)
    return undefined
  })
}

const isTracing = (context: Context.Context<never>): boolean =>
  Context.get(context, Tracer.Tracer) !== Tracer.Tracer.defaultValue()

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
  const parent = parentOf(params)
  if (!isTracing(request.context)) {
    return parent === undefined ? work : Effect.withParentSpan(work, parent)
  }
  const { target } = request
  return Effect.withSpan(
    Effect.onExit(work, (exit) => {
      const type = errorType(request, exit)
      return type === undefined ? Effect.void : Effect.annotateCurrentSpan("error.type", type)
    }),
    target === undefined ? request.method : `${request.method} ${target}`,
    {
      kind: "server",
      ...(parent === undefined ? undefined : { parent }),
      attributes: {
        "mcp.method.name": request.method,
        "jsonrpc.request.id": String(request.id),
        ...(subject.sessionId === undefined ? undefined : { "mcp.session.id": subject.sessionId }),
        ...(subject.protocolVersion === undefined ? undefined : { "mcp.protocol.version": subject.protocolVersion }),
        ...attributesOf(request, params)
      }
    }
  )
}

/**
 * What a request is about: the name of a tool or prompt. A URI would make span names of unbounded number.
 *
 * @category accessors
 * @since 0.1.0
 */
export const targetOf = (params: unknown): string | undefined =>
  Predicate.hasProperty(params, "name") && typeof params.name === "string" ? params.name.slice(0, 128) : undefined

const attributesOf = ({ method, target }: InboundRequest, params: unknown): Record<string, string> => {
  if (method === "tools/call" && target !== undefined) {
    return { "gen_ai.tool.name": target, "gen_ai.operation.name": "execute_tool" }
  }
  if (method === "prompts/get" && target !== undefined) return { "gen_ai.prompt.name": target }
  return method.startsWith("resources/") && Predicate.hasProperty(params, "uri") && typeof params.uri === "string"
    ? { "mcp.resource.uri": params.uri }
    : {}
}

// W3C Trace Context: version, trace id, parent id, flags; all-zero ids are invalid (META-20).
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

const parentOf = (params: unknown): Tracer.ExternalSpan | undefined => {
  const header = (params as { readonly _meta?: { readonly traceparent?: unknown } } | undefined)?._meta?.traceparent
  if (typeof header !== "string") return undefined
  const match = traceparent.exec(header)
  if (match === null) return undefined
  return Tracer.externalSpan({
    traceId: match[1]!,
    spanId: match[2]!,
    sampled: (Number.parseInt(match[3]!, 16) & 1) === 1
  })
}
