/**
 * The `TraceContext` of a message: the span that it was sent in, and what vendors add to the trace, as its `_meta` carries them.
 *
 * It is not a tracer, and it makes no spans.
 *
 * Spec: https://www.w3.org/TR/trace-context/
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"

/**
 * What vendors add to a trace; nothing by default. It is an annotation of the span that came with it, and goes on with what is sent within that.
 *
 * @category services
 * @since 0.1.0
 */
export const TraceState: Context.Reference<string | undefined> = Context.Reference<string | undefined>(
  "@mcp-effect/core/TraceState",
  { defaultValue: () => undefined }
)

/**
 * The names under which `_meta` carries a trace (META-20).
 *
 * @category models
 * @since 0.1.0
 */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

// Version, trace id, parent id, flags; all-zero ids are invalid (META-20).
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

// The members of a list: each one a key and a value.
const member =
  /^(?:[a-z0-9][a-z0-9_*/-]{0,240}@)?[a-z0-9][a-z0-9_*/-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

const isTraceState = (value: unknown): value is string => {
  if (typeof value !== "string" || value.length > 512) return false
  const members = value.split(",").map((part) => part.trim()).filter((part) => part !== "")
  return members.length > 0 && members.length <= 32 && members.every((part) => member.test(part))
}

/**
 * The span that a message was sent in, if its params say one that is well-formed. A `tracestate` that is not is left out.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromParams = (params: unknown): Tracer.ExternalSpan | undefined => {
  const meta = Predicate.hasProperty(params, "_meta") ? params._meta : undefined
  if (!Predicate.isObject(meta) || typeof meta.traceparent !== "string") return undefined
  const match = traceparent.exec(meta.traceparent)
  if (match === null) return undefined
  return Tracer.externalSpan({
    traceId: match[1]!,
    spanId: match[2]!,
    sampled: (Number.parseInt(match[3]!, 16) & 1) === 1,
    ...(isTraceState(meta.tracestate) ? { annotations: Context.make(TraceState, meta.tracestate) } : undefined)
  })
}

/**
 * How a message says that it was sent in this span. Nothing where the span is of a kind that other systems do not know.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fromSpan = (span: Tracer.AnySpan): TraceContext | undefined => {
  const text = `00-${span.traceId}-${span.spanId}-${span.sampled ? "01" : "00"}`
  if (!traceparent.test(text)) return undefined
  const tracestate = stateOf(span)
  return tracestate === undefined ? { traceparent: text } : { traceparent: text, tracestate }
}

const stateOf = (span: Tracer.AnySpan): string | undefined => {
  for (let at: Tracer.AnySpan | undefined = span; at !== undefined; at = parentOf(at)) {
    const state = Context.get(at.annotations, TraceState)
    if (state !== undefined) return state
  }
  return undefined
}

const parentOf = (span: Tracer.AnySpan): Tracer.AnySpan | undefined =>
  span._tag === "Span" ? Option.getOrUndefined(span.parent) : undefined

/**
 * Params of a request that is sent in this span. Those that name a trace already are left as they are.
 *
 * @category combinators
 * @since 0.1.0
 */
export const inject = (params: object | undefined, span: Tracer.AnySpan | undefined): object | undefined => {
  const given = span && fromSpan(span)
  if (given === undefined) return params
  const meta = params !== undefined && "_meta" in params ? params._meta as object | undefined : undefined
  return meta !== undefined && "traceparent" in meta ? params : { ...params, _meta: { ...meta, ...given } }
}

/**
 * The span of another system that all this happens in, if there is one: what is told on by those who make no spans themselves.
 *
 * @category accessors
 * @since 0.1.0
 */
export const external = (context: Context.Context<never>): Tracer.ExternalSpan | undefined => {
  let span = Context.getOrUndefined(context, Tracer.ParentSpan)
  while (span !== undefined && span._tag === "Span") span = parentOf(span)
  return span
}
