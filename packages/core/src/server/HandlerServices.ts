/**
 * The services that every handler has beside its own.
 *
 * They hold nothing: each of them reads the `RequestContext` of the request that it is used in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Logger from "effect/Logger"
import * as Elicitation from "../Elicitation.ts"
import * as Logging from "../Logging.ts"
import * as Progress from "../Progress.ts"
import * as Roots from "../Roots.ts"
import * as Sampling from "../Sampling.ts"

/**
 * What is around the server, with these services.
 *
 * @category combinators
 * @since 0.1.0
 */
export const provide = (outer: Context.Context<never>): Context.Context<never> =>
  outer.pipe(
    Context.add(Progress.Progress, Progress.make),
    Context.add(Sampling.Sampling, Sampling.make),
    Context.add(Elicitation.Elicitation, Elicitation.make),
    Context.add(Roots.Roots, Roots.make),
    Context.add(Logger.CurrentLoggers, new Set([...Context.get(outer, Logger.CurrentLoggers), Logging.clientLogger]))
  )
