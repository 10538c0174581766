import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import * as TraceContext from "../src/TraceContext.ts"

const traceId = "0af7651916cd43dd8448eb211c80319c"
const spanId = "b7ad6b7169203331"
const traceparent = `00-${traceId}-${spanId}-01`

const params = (meta: object) => ({ _meta: meta })

const child = (parent: Tracer.AnySpan, annotations = Context.empty()): Tracer.Span =>
  new Tracer.NativeSpan({
    name: "child",
    parent: Option.some(parent),
    annotations,
    links: [],
    startTime: 0n,
    kind: "client",
    sampled: true
  })

describe("a trace context", () => {
  it("is read as the span that it names, and written as it was read (META-20)", () => {
    const meta = { traceparent, tracestate: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE" }
    const span = TraceContext.fromParams(params(meta))!
    expect(span).toMatchObject({ _tag: "ExternalSpan", traceId, spanId, sampled: true })
    expect(TraceContext.fromSpan(span)).toEqual(meta)
    const unsampled = TraceContext.fromParams(params({ traceparent: `00-${traceId}-${spanId}-02` }))!
    expect(unsampled.sampled).toBe(false)
    expect(TraceContext.fromSpan(unsampled)).toEqual({ traceparent: `00-${traceId}-${spanId}-00` })
  })

  it("is nothing where it is not well-formed (META-20)", () => {
    for (
      const value of [
        `00-${"0".repeat(32)}-${spanId}-01`,
        `00-${traceId}-${"0".repeat(16)}-01`,
        `ff-${traceId}-${spanId}-01`,
        `00-${traceId.toUpperCase()}-${spanId}-01`,
        `${traceparent}-more`,
        ` ${traceparent}`,
        "",
        5,
        null
      ]
    ) {
      expect(TraceContext.fromParams(params({ traceparent: value }))).toBeUndefined()
    }
    for (const value of [undefined, null, 5, [], {}, { _meta: null }, { _meta: 5 }, { _meta: { tracestate: "a=b" } }]) {
      expect(TraceContext.fromParams(value)).toBeUndefined()
    }
  })

  it("has the state of the trace as far as that is well-formed (META-20)", () => {
    const stateOf = (tracestate: unknown) =>
      TraceContext.fromSpan(TraceContext.fromParams(params({ traceparent, tracestate }))!)?.tracestate
    for (
      const state of ["a=b", "a=b , c=d", "fw529a3039@dt=FfAAAAEA", "1a/b*c-d_e= x", `a=${"x".repeat(256)}`, "a=b,,c=d"]
    ) {
      expect(stateOf(state)).toBe(state)
    }
    const many = Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(",")
    for (
      const state of [
        "",
        " ",
        ",",
        "a",
        "a=",
        "=b",
        "A=b",
        "a=b=c",
        "a=é",
        "a=b\nc=d",
        `a=${"x".repeat(257)}`,
        `a=${"x".repeat(512)}`,
        many,
        5,
        null,
        ["a=b"]
      ]
    ) {
      expect(stateOf(state)).toBeUndefined()
    }
  })

  it("of a span within has the ids of that span and the state of what it is in", () => {
    const outer = TraceContext.fromParams(params({ traceparent, tracestate: "a=b" }))!
    const inner = child(child(outer))
    expect(TraceContext.fromSpan(inner)).toEqual({ traceparent: `00-${traceId}-${inner.spanId}-01`, tracestate: "a=b" })
    const changed = child(inner, Context.make(TraceContext.TraceState, "c=d"))
    expect(TraceContext.fromSpan(changed)?.tracestate).toBe("c=d")
  })

  it("is not made of a span that other systems could not know (META-20)", () => {
    expect(TraceContext.fromSpan(Tracer.externalSpan({ traceId: "noop", spanId: "noop" }))).toBeUndefined()
    expect(TraceContext.fromSpan(Tracer.externalSpan({ traceId: "0".repeat(32), spanId }))).toBeUndefined()
  })

  it("goes beside what params have already, and never over another one", () => {
    const span = Tracer.externalSpan({ traceId, spanId })
    expect(TraceContext.inject({ a: 1, _meta: { b: 2 } }, span)).toEqual({ a: 1, _meta: { b: 2, traceparent } })
    expect(TraceContext.inject(undefined, span)).toEqual({ _meta: { traceparent } })
    const own = { _meta: { traceparent: "mine" } }
    expect(TraceContext.inject(own, span)).toBe(own)
    expect(TraceContext.inject(own, undefined)).toBe(own)
  })

  it("of another system is that of the outermost span", () => {
    const outer = Tracer.externalSpan({ traceId, spanId })
    const within = (span: Tracer.AnySpan) =>
      TraceContext.external(Context.make(Tracer.ParentSpan, span) as Context.Context<never>)
    expect(within(child(child(outer)))).toBe(outer)
    expect(within(outer)).toBe(outer)
    const own = new Tracer.NativeSpan({
      name: "own",
      parent: Option.none(),
      annotations: Context.empty(),
      links: [],
      startTime: 0n,
      kind: "internal",
      sampled: true
    })
    expect(within(own)).toBeUndefined()
    expect(TraceContext.external(Context.empty())).toBeUndefined()
  })
})
