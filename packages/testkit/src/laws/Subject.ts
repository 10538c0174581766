/**
 * A `Subject` is a server that laws are tried with: it knows what handlers were registered, and keeps each run of them.
 *
 * It is built anew for each case, so that no case depends on the one before it.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import type * as Server from "@mcp-effect/core/Server"
import type * as Arbitrary from "effect/Arbitrary"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Harness from "../Harness.ts"
import * as Law from "../Law.ts"
import type * as Transcript from "../Transcript.ts"
import type * as Wire from "../Wire.ts"

/**
 * What laws of handlers are tried with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  readonly server: Layer.Layer<Server.Server, unknown>
  /** What answers the server's questions. */
  readonly handlers: Layer.Layer<never, never, Client.Registry>
  /** Whether laws are about a handler. */
  readonly isMeant: (registered: HandlerObserver.Registered) => boolean
  /** What handlers are given, where their Schema alone says too little. */
  readonly inputOf: (registered: HandlerObserver.Registered) => Arbitrary.Arbitrary<unknown>
}

/**
 * A run of a handler; it has no `exit` while it goes on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Invocation {
  readonly registered: HandlerObserver.Registered
  readonly input: unknown
  readonly exit: Exit.Exit<unknown, unknown> | undefined
}

/**
 * A server under test.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject {
  readonly context: Context.Context<Server.Server>
  /** The handlers, in order of registration. */
  readonly registered: ReadonlyArray<HandlerObserver.Registered>
  /** The runs of handlers, in the order of their beginning. */
  readonly invocations: ReadonlyArray<Invocation>
  /** What went over the wires of all clients. */
  readonly lines: ReadonlyArray<Transcript.Line>
  /** A client; the newest revision over `Wire.memory` by default. */
  readonly connect: (
    options?: { readonly wire?: Wire.Wire; readonly version?: string }
  ) => Effect.Effect<Client.Methods, Law.Broken, Scope.Scope>
  /** Input of a handler as it travels; what does not fit the handler's own Schema is a defect. */
  readonly encode: (codec: Schema.Codec<unknown, unknown>, input: unknown) => Effect.Effect<unknown>
  /** The runs of a handler. */
  readonly runsOf: (registered: HandlerObserver.Registered) => ReadonlyArray<Invocation>
  /** That the law does not hold, with what was said and logged. */
  readonly broken: (reason: string) => Law.Broken
}

/**
 * A server of its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (settings: Settings): Effect.Effect<Subject, Law.Broken, Scope.Scope> =>
  Effect.suspend(() => {
    const logs: Array<string> = []
    // of both sides, and none of it on the console
    const loggers = new Set([Logger.map(Logger.formatLogFmt, (line) => void logs.push(line))])
    const logged = Effect.provideService(Logger.CurrentLoggers, loggers)
    return Effect.map(logged(build(settings, logs)), (subject) => ({
      ...subject,
      connect: (options) => logged(subject.connect(options))
    }))
  })

const build = Effect.fnUntraced(
  function*(settings: Settings, logs: ReadonlyArray<string>): Effect.fn.Return<Subject, Law.Broken, Scope.Scope> {
    const registered: Array<HandlerObserver.Registered> = []
    const invocations: Array<Invocation> = []
    const lines: Array<Transcript.Line> = []
    const observer: HandlerObserver.HandlerObserver = (handler) => {
      registered.push(handler)
      return (input, run) =>
        Effect.suspend(() => {
          const invocation: { -readonly [K in keyof Invocation]: Invocation[K] } = {
            registered: handler,
            input,
            exit: undefined
          }
          invocations.push(invocation)
          return Effect.onExit(run, (exit) =>
            Effect.sync(() => {
              invocation.exit = exit
            }))
        })
    }
    const broken = (reason: string) =>
      new Law.Broken({
        reason: [reason, ...logs.slice(-5).map((line) => `  logged: ${line}`)].join("\n"),
        lines: lines.slice()
      })
    const context = yield* Layer.build(Layer.fresh(settings.server)).pipe(
      Effect.provideService(HandlerObserver.HandlerObserver, observer),
      Effect.mapError((error) => broken(`the server could not be built: ${String(error)}`))
    )
    return {
      context,
      registered,
      invocations,
      lines,
      broken,
      encode: (codec, input) =>
        // the services of a Schema are the author's, and those of the server
        Effect.orDie(Effect.provideContext(Schema.encodeUnknownEffect(codec)(input), context)),
      runsOf: (registered) => {
        const name = nameOf(registered)
        return invocations.filter((invocation) => nameOf(invocation.registered) === name)
      },
      connect: ({ version, wire } = {}) =>
        Harness.connect({
          ...(wire === undefined ? undefined : { wire }),
          ...(version === undefined ? undefined : { versions: [version] }),
          handlers: settings.handlers,
          onLine: (line) => lines.push(line)
        }).pipe(
          Effect.map(({ client }) => client),
          Effect.provideContext(context),
          Effect.mapError((error) => broken(`no client could connect: ${error.message}`))
        )
    }
  }
)

/**
 * What a handler was registered as, for people: `tool add`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const nameOf = (registered: HandlerObserver.Registered): string => {
  switch (registered.kind) {
    case "tool":
    case "prompt":
      return `${registered.kind} ${registered.declaration.name}`
    case "resource":
      return `resource ${registered.declaration.uri}`
    case "resourceTemplate":
      return `resource template ${registered.declaration.uriTemplate.text}`
  }
}

/**
 * What handlers of a kind are registered for.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<K extends HandlerObserver.Registered["kind"]> = Extract<
  HandlerObserver.Registered,
  { readonly kind: K }
>

/**
 * The cases of one handler, and what has to be true of each on a server of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cases<in out A> {
  readonly arbitrary: Arbitrary.Arbitrary<A>
  readonly holds: (value: A, subject: Subject) => Effect.Effect<void, Law.Broken, Scope.Scope>
}

/**
 * A law of each handler; `casesOf` gives undefined for a handler that it says nothing about.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lawOfAll = <A>(
  name: string,
  settings: Settings,
  casesOf: (registered: HandlerObserver.Registered) => Cases<A> | undefined
): Law.Law =>
  Law.make(
    name,
    Effect.map(make(settings), ({ registered }) =>
      registered.flatMap((handler) => {
        if (!settings.isMeant(handler)) return []
        const cases = casesOf(handler)
        return cases === undefined ? [] : [Law.property({
          subject: nameOf(handler),
          arbitrary: cases.arbitrary,
          holds: (value) => Effect.flatMap(make(settings), (subject) => cases.holds(value, subject))
        })]
      }))
  )

/**
 * A law of each handler of one kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lawOfEach = <K extends HandlerObserver.Registered["kind"], A>(
  name: string,
  settings: Settings,
  kind: K,
  casesOf: (registered: Of<K>) => Cases<A> | undefined
): Law.Law =>
  // its kind is K
  lawOfAll(name, settings, (handler) => handler.kind === kind ? casesOf(handler as Of<K>) : undefined)
