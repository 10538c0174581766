/**
 * `Telemetry` is what server and client have in common when they observe requests by OpenTelemetry's conventions for MCP.
 *
 * It is not a backend: spans go to whatever `Tracer` the application provides, and none are made when it provides none.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"

/**
 * The bucket boundaries that the conventions advise, in seconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const boundaries: ReadonlyArray<number> = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/**
 * A histogram of durations by method and, of what failed, by the type of the error. Both must be few.
 *
 * @category constructors
 * @since 0.1.0
 */
export const durations = (
  histogram: Metric.Histogram<number>
): (method: string, errorType: string | undefined) => Metric.Metric<number, Metric.HistogramState> => {
  const byMethod = new Map<string, Metric.Metric<number, Metric.HistogramState>>()
  return (method, errorType) => {
    const key = errorType === undefined ? method : `${method} ${errorType}`
    let metric = byMethod.get(key)
    if (metric === undefined) {
      // a series of its own finds its place with less work than `Metric.withAttributes` does, and it is the same place
      metric = Metric.histogram(histogram.id, {
        description: histogram.description,
        boundaries,
        attributes: {
          "mcp.method.name": method,
          ...(errorType === undefined ? undefined : { "error.type": errorType })
        }
      })
      byMethod.set(key, metric)
    }
    return metric
  }
}

/**
 * Whether the application traces.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTracing = (context: Context.Context<never>): boolean =>
  Context.get(context, Tracer.Tracer) !== Tracer.Tracer.defaultValue()

/**
 * What a request is about: the name of a tool or prompt. A URI would make span names of unbounded number.
 *
 * @category accessors
 * @since 0.1.0
 */
export const targetOf = (params: unknown): string | undefined =>
  Predicate.hasProperty(params, "name") && typeof params.name === "string" ? params.name.slice(0, 128) : undefined

/**
 * The name of a request's span.
 *
 * @category accessors
 * @since 0.1.0
 */
export const spanName = (method: string, target: string | undefined): string =>
  target === undefined ? method : `${method} ${target}`

/**
 * The attributes that a request of its method has.
 *
 * @category accessors
 * @since 0.1.0
 */
export const attributesOf = (method: string, target: string | undefined, params: unknown): Record<string, string> => {
  if (method === "tools/call" && target !== undefined) {
    return { "gen_ai.tool.name": target, "gen_ai.operation.name": "execute_tool" }
  }
  if (method === "prompts/get" && target !== undefined) return { "gen_ai.prompt.name": target }
  return method.startsWith("resources/") && Predicate.hasProperty(params, "uri") && typeof params.uri === "string"
    ? { "mcp.resource.uri": params.uri }
    : {}
}
