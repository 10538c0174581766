/**
 * A `Registration` puts something into a `Registry` for as long as a scope lives.
 *
 * It is not about what is registered; it sees to it that handlers find their dependencies, names are taken once, and what is left behind
 * is taken out again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type { Complete } from "../Completion.ts"
import * as Logging from "../Logging.ts"
import type { Table, Visible } from "./Table.ts"

/**
 * The options of every registration.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Who may see and use it; everyone by default. */
  readonly visible?: Visible
}

/**
 * Two registrations of one name: a mistake of the author's, found at start and never settled by silently taking one of them.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyRegistered extends Schema.TaggedError<AlreadyRegistered>()("AlreadyRegistered", {
  kind: Schema.String,
  // not `name`, which is the error's own
  key: Schema.String
}) {
  override get message(): string {
    return `The ${this.kind} ${JSON.stringify(this.key)} is registered twice`
  }
}

/**
 * Registers a value until the scope ends. A taken name is a defect, `AlreadyRegistered`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = <A>(
  table: Table<A>,
  kind: string,
  name: string,
  value: A,
  options: Options | undefined
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() =>
      table.add(name, value, options?.visible) ? Effect.void : Effect.die(new AlreadyRegistered({ kind, key: name }))
    ),
    () => Effect.sync(() => table.delete(name))
  )

// These belong to the building of the layer, and mean nothing to a request.
const ofTheBuild: ReadonlySet<string> = new Set([Scope.Scope.key, Layer.CurrentMemoMap.key])

/**
 * Gives an effect the services that were there when its handler was registered, beneath those of the request. `base` is what the server
 * runs requests with anyway: nothing is provided that is there already.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withServices = (
  captured: Context.Context<never>,
  base: Context.Context<never>
): <A, E>(effect: Effect.Effect<A, E, never>) => Effect.Effect<A, E> => {
  const missing: Array<
    { readonly key: Context.Key<never, unknown>; readonly service: unknown; readonly instead: unknown }
  > = []
  for (const [key, found] of captured.mapUnsafe) {
    const instead = base.mapUnsafe.get(key)
    const service = key === Logger.CurrentLoggers.key ? besideClient(captured, base) : found
    if (!ofTheBuild.has(key) && instead !== service) {
      missing.push({ key: Context.Service<never, unknown>(key), service, instead })
    }
  }
  if (missing.length === 0) return (effect) => effect
  // one by one: unlike a merge, that copies neither side, and a call provides few
  const provide = (context: Context.Context<never>) => {
    let provided = context
    for (const { instead, key, service } of missing) {
      // what the request itself carries is not the base's any more
      if (Context.getOrUndefined(context, key) === instead) provided = Context.add(provided, key, service)
    }
    return provided
  }
  return (effect) => Effect.updateContext(effect, provide)
}

// A handler's own loggers do not take the place of the one that tells the client.
const besideClient = (captured: Context.Context<never>, base: Context.Context<never>) => {
  const own = new Set([...Context.get(captured, Logger.CurrentLoggers), Logging.clientLogger])
  const known = Context.get(base, Logger.CurrentLoggers)
  return own.size === known.size && [...own].every((logger) => known.has(logger)) ? known : own
}

/**
 * The suggestions of a registration, by argument, with their services.
 *
 * @category constructors
 * @since 0.1.0
 */
export const completions = (
  complete: { readonly [name: string]: Complete<unknown> | undefined } | undefined,
  services: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
): ReadonlyMap<string, Complete<never>> => {
  const byName = new Map<string, Complete<never>>()
  for (const [name, suggest] of Object.entries(complete ?? {})) {
    // what it requires is in the captured services or provided with each request; the cast says so to the compiler
    const run = suggest as Complete<never> | undefined
    if (run !== undefined) byName.set(name, (value, context) => services(Effect.suspend(() => run(value, context))))
  }
  return byName
}
