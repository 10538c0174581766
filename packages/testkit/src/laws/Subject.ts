/**
 * A `Subject` is a server that laws are tried with: it knows what handlers were registered, and keeps each run of them.
 *
 * It is built anew for each case, so that no case depends on the one before it.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import * as Principal from "@mcp-effect/core/Principal"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import type * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Formatter from "effect/Formatter"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Harness from "../Harness.ts"
import * as Law from "../Law.ts"
import type * as Transcript from "../Transcript.ts"
import * as VirtualTime from "../VirtualTime.ts"
import * as Wire from "../Wire.ts"
import * as Prototype from "./Prototype.ts"
import * as Words from "./Words.ts"

/**
 * What laws of handlers are tried with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  readonly server: Layer.Layer<Server.Server, unknown>
  /** What answers the server's questions, in ways that depend on a seed. */
  readonly handlers: (seed: number) => Layer.Layer<never, never, Client.Registry>
  /** The seed of a case. */
  readonly seed: number
  /** The declarations that there has to be a handler for. */
  readonly named: ReadonlyArray<HandlerObserver.Registered["declaration"]>
  /** Whether laws are about a handler. */
  readonly isMeant: (registered: HandlerObserver.Registered) => boolean
  /** Whether time is that of a world of its own for each case, or goes by. */
  readonly clock: "virtual" | "live"
  /** The state that handlers may change; of the services of the server's layer. */
  readonly observe: Effect.Effect<unknown> | undefined
  /** What handlers may have open, and have to close. */
  readonly open: Effect.Effect<unknown> | undefined
  /** What handlers are given, where their Schema alone says too little. */
  readonly inputOf: (registered: HandlerObserver.Registered) => Arbitrary.Arbitrary<unknown>
  /** Whether a handler is never twice the same by its nature. */
  readonly isVarying: (registered: HandlerObserver.Registered) => boolean
  /** Whether a handler leaves fibers to the server by its nature. */
  readonly isBackground: (registered: HandlerObserver.Registered) => boolean
  /** Who the clients are; nobody known by default. */
  readonly principal: Principal.Principal | undefined
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
  /** What every object had when it ended and not before; by then that is taken away again. */
  readonly polluted: ReadonlyArray<string>
}

/**
 * What stands around a run of a handler.
 *
 * @category models
 * @since 0.1.0
 */
export type Around = <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

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
  /** Keeps a line of a client that was not connected here. */
  readonly note: (line: Transcript.Line) => void
  /**
   * A client; the newest revision over `Wire.memory` by default. Where the server is not of the era of a revision, it speaks the newest that the
   * server is of.
   */
  readonly connect: (
    options?: { readonly wire?: Wire.Wire; readonly version?: string }
  ) => Effect.Effect<Client.Methods, Law.Broken, Scope.Scope>
  /** The revisions of the eras that the server is of, the newest first. */
  readonly spoken: ReadonlyArray<Revision>
  /** Input of a handler as it travels; the options may give what does not fit the handler's own Schema. */
  readonly encode: (codec: Schema.Codec<unknown, unknown>, input: unknown) => Effect.Effect<unknown, Law.Broken>
  /** What the author's probe finds, as a text to compare. */
  readonly find: (probe: Effect.Effect<unknown> | undefined) => Effect.Effect<string>
  /** What stands around the runs of handlers from now on. */
  readonly surround: (around: Around) => void
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
    const logged = Effect.provideService(
      Logger.CurrentLoggers,
      new Set([Logger.make((entry) => void logs.push(Words.ofLog(entry)))])
    )
    return Effect.map(logged(build(settings, logs)), (subject) => ({
      ...subject,
      connect: (options) => logged(subject.connect(options))
    }))
  })

const build = Effect.fnUntraced(
  function*(
    settings: Settings,
    logs: ReadonlyArray<string>
  ): Effect.fn.Return<Subject, Law.Broken, Scope.Scope> {
    const registered: Array<HandlerObserver.Registered> = []
    const invocations: Array<Invocation> = []
    const lines: Array<Transcript.Line> = []
    let around: Around = (run) => run
    const observer: HandlerObserver.HandlerObserver = (handler) => {
      registered.push(handler)
      return (input, run) =>
        Effect.suspend(() => {
          const invocation: { -readonly [K in keyof Invocation]: Invocation[K] } = {
            registered: handler,
            input,
            exit: undefined,
            polluted: []
          }
          invocations.push(invocation)
          return Effect.onExit(around(run), (exit) =>
            Effect.sync(() => {
              invocation.exit = exit
              // at once: whatever runs beside it would come to harm
              invocation.polluted = Prototype.restore()
            }))
        })
    }
    const broken = (reason: string) => {
      const logged = logs.slice(-5).map((line) => `logged: ${line}`)
      const said = [reason, ...logged].join("\n")
      return new Law.Broken({
        reason: settings.clock === "virtual" ? Words.ofVirtualTime(said) : said,
        lines: lines.slice()
      })
    }
    const context = yield* Layer.build(Layer.fresh(settings.server)).pipe(
      Effect.provideService(HandlerObserver.HandlerObserver, observer),
      Effect.catchCause((cause) => Effect.fail(broken(`the server could not be built: ${Words.ofCause(cause)}`)))
    )
    const { eras } = Context.get(context, Server.Server)
    const spoken = Revisions.all.filter(({ era }) => eras.includes(era))
    const isSpoken = (version: string) => spoken.some((revision) => revision.version === version)
    return {
      context,
      spoken,
      registered,
      invocations,
      lines,
      note: (line) => void lines.push(line),
      broken,
      // the services of a Schema, and of a probe, are those of the server's layer
      encode: (codec, input) =>
        Effect.mapError(
          Effect.provideContext(Schema.encodeUnknownEffect(codec)(input), context),
          ({ message }) => broken(`what it is tried with does not fit its own Schema: ${message}`)
        ),
      find: (probe) =>
        probe === undefined ? Effect.succeed("") : Effect.map(
          Effect.provideContext(probe, context),
          (found) => Formatter.format(found, { space: 2 })
        ),
      surround: (instead) => {
        around = instead
      },
      runsOf: (registered) => {
        const name = nameOf(registered)
        return invocations.filter((invocation) => nameOf(invocation.registered) === name)
      },
      connect: ({ version, wire = Wire.memory } = {}) =>
        Harness.connect({
          wire,
          ...(version === undefined
            ? undefined
            : { versions: [isSpoken(version) ? version : wire.versions.find(isSpoken) ?? version] }),
          handlers: settings.handlers(settings.seed),
          onLine: (line) => lines.push(line)
        }).pipe(
          Effect.map(({ client }) => client),
          Effect.provideContext(context),
          Effect.mapError((error) =>
            broken(
              settings.principal === undefined
                ? `no client could connect: ${error.message}\n(nobody knows them; the option \`principal\` says who they are)`
                : `no client could connect: ${error.message}`
            )
          )
        )
    }
  }
)

// Of the clock of the case: longer than the finalizers of a server take.
const closeTimeout = "60 seconds"

/**
 * What is done with a server of its own. The server ends with it, and what does not is a counterexample, too.
 *
 * @category running
 * @since 0.1.0
 */
export const use = <A>(
  settings: Settings,
  f: (subject: Subject) => Effect.Effect<A, Law.Broken, Scope.Scope>
): Effect.Effect<A, Law.Broken> =>
  Effect.suspend(() => {
    let made: Subject | undefined
    const broken = (reason: string) => made?.broken(reason) ?? new Law.Broken({ reason })
    const used = Effect.gen(function*() {
      const scope = yield* Scope.make()
      const exit = yield* Effect.exit(Scope.provide(
        Effect.flatMap(make(settings), (subject) => {
          made = subject
          return f(subject)
        }),
        scope
      )).pipe(
        settings.principal === undefined
          ? identity
          : Effect.provideService(Principal.CurrentPrincipal, settings.principal)
      )
      const closing = yield* Effect.forkDetach(Scope.close(scope, exit), { startImmediately: true })
      // what is wrong is known already, and may well be what keeps it from ending
      if (Exit.isFailure(exit)) return yield* exit
      const closed = yield* Effect.timeoutOption(Fiber.await(closing), closeTimeout)
      if (closed._tag === "None") return yield* broken(`the server did not end in ${closeTimeout}`)
      return yield* Effect.flatten(Effect.as(closed.value, exit))
    })
    if (settings.clock === "live") return used
    return Effect.catchTag(VirtualTime.run(used), "Stuck", (stuck) => Effect.fail(broken(stuck.message)))
  })

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
