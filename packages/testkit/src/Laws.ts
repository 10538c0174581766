/**
 * `Laws` are what has to be true of any server, tried with input that the Schemas of its own handlers make.
 *
 * They are not tests: they are values that a test, a script or a build checks.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import type { Principal } from "@mcp-effect/core/Principal"
import type * as Prompt from "@mcp-effect/core/Prompt"
import type * as Resource from "@mcp-effect/core/Resource"
import type * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import type { Server } from "@mcp-effect/core/Server"
import type * as Tool from "@mcp-effect/core/Tool"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Answers from "./Answers.ts"
import * as Law from "./Law.ts"
import * as Call from "./laws/Call.ts"
import * as Completions from "./laws/Completions.ts"
import * as DeclaredErrors from "./laws/DeclaredErrors.ts"
import * as Idempotence from "./laws/Idempotence.ts"
import * as Internals from "./laws/Internals.ts"
import * as Interruption from "./laws/Interruption.ts"
import * as Listed from "./laws/Listed.ts"
import * as NearValidInput from "./laws/NearValidInput.ts"
import * as Pagination from "./laws/Pagination.ts"
import * as Prototypes from "./laws/Prototypes.ts"
import * as ReadOnly from "./laws/ReadOnly.ts"
import * as Revisions from "./laws/Revisions.ts"
import type * as Subject from "./laws/Subject.ts"
import * as Templates from "./laws/Templates.ts"
import * as ValidInput from "./laws/ValidInput.ts"

/**
 * A declaration whose handler laws can be about.
 *
 * @category models
 * @since 0.1.0
 */
export type Declaration = Tool.Any | Prompt.Any | Resource.Resource | ResourceTemplate.Any

/**
 * What laws need to know that the server does not say.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R = never> {
  /** What answers the server's questions, as `Client.elicitation` and its like; `Answers.generated()` by default. */
  readonly handlers?: Layer.Layer<never, never, Client.Registry>
  /** Only these handlers; all by default. */
  readonly only?: ReadonlyArray<Declaration>
  /** Input that says more than the Schema does: names of what is there, say. */
  readonly inputs?: ReadonlyArray<Input>
  /** What gives another result each time by its nature: a clock, a dice. */
  readonly varies?: ReadonlyArray<Declaration>
  /** What starts something that goes on when its call is over, on purpose, until the server ends: a job, say. */
  readonly background?: ReadonlyArray<Declaration>
  /** Who the clients are, for servers that do not serve everyone. */
  readonly principal?: Principal
  /**
   * The state that handlers may change: what tools with the annotations `readOnly` and `idempotent` are held to. It may need services that the
   * server's layer gives. Without it nothing is known of `readOnly`, and idempotent tools only have to answer the same twice. With it, a call has to
   * leave the same state in every revision, too.
   */
  readonly observe?: Effect.Effect<unknown, never, R>
  /** What handlers have open (connections, locks, files), which has to be as before when a call is over. */
  readonly open?: Effect.Effect<unknown, never, R>
  /** By default time is virtual: who sleeps is woken as soon as nothing else is left to do. `live` is for handlers that wait for what is outside. */
  readonly clock?: "virtual" | "live"
}

/**
 * What a handler is given, made by `input`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Input {
  readonly declaration: Declaration
  readonly arbitrary: Arbitrary.Arbitrary<unknown>
}

/**
 * What a handler is given by its declaration.
 *
 * @category models
 * @since 0.1.0
 */
export type InputOf<D extends Tool.Any | Prompt.Any | ResourceTemplate.Any> = D extends Tool.Any ? Tool.Input<D>
  : D extends Prompt.Any ? D["arguments"]["Type"]
  : D extends ResourceTemplate.Any ? D["variables"]["Type"]
  : never

/**
 * What a handler is given, instead of whatever fits its Schema.
 *
 * @category constructors
 * @since 0.1.0
 */
export const input = <D extends Tool.Any | Prompt.Any | ResourceTemplate.Any>(
  declaration: D,
  arbitrary: Arbitrary.Arbitrary<InputOf<D>>
): Input => ({ declaration, arbitrary })

/**
 * The laws of a server and of all its handlers. Each case has a server of its own.
 *
 * @example
 * ```ts
 * import * as Server from "@mcp-effect/core/Server"
 * import * as Tool from "@mcp-effect/core/Tool"
 * import * as Laws from "@mcp-effect/testkit/Laws"
 * import * as Context from "effect/Context"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Ref from "effect/Ref"
 * import * as Schema from "effect/Schema"
 *
 * class Notes extends Context.Service<Notes, Ref.Ref<ReadonlyArray<string>>>()("app/Notes") {
 *   static readonly layer = Layer.effect(Notes, Ref.make<ReadonlyArray<string>>([]))
 * }
 *
 * const Note = Tool.make("note", { input: { text: Schema.String }, annotations: { idempotent: true } })
 *
 * const Notebook = Server.layer(
 *   { name: "notebook", version: "1.0.0" },
 *   Server.tool(Note, ({ text }) =>
 *     Effect.flatMap(Notes, (notes) => Ref.update(notes, (all) => all.includes(text) ? all : [...all, text])))
 * )
 *
 * const laws = Laws.server(Layer.provideMerge(Notebook, Notes.layer), { observe: Effect.flatMap(Notes, Ref.get) })
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const server = <E, R = never>(
  server: Layer.Layer<Server | R, E>,
  options: Options<R> = {}
): ReadonlyArray<Law.Law> => {
  const settings = settingsOf(server, options)
  return [
    ...ofAll(settings),
    Prototypes.law(settings),
    Idempotence.law(settings),
    ...(settings.observe === undefined ? [] : [ReadOnly.law(settings)]),
    Revisions.law(settings),
    Listed.law(settings),
    Pagination.ofItems(settings),
    Pagination.ofCursors(settings),
    Completions.law(settings),
    Templates.law(settings)
  ]
}

const ofAll = (settings: Subject.Settings): ReadonlyArray<Law.Law> => [
  ValidInput.law(settings),
  NearValidInput.law(settings),
  DeclaredErrors.law(settings),
  Internals.law(settings),
  Interruption.law(settings)
]

/**
 * How laws of one handler are tried; `input` is what it is given, instead of whatever fits its Schema.
 *
 * @category models
 * @since 0.1.0
 */
export interface HandlerOptions<A, R = never> extends Omit<Options<R>, "only" | "inputs"> {
  readonly input?: Arbitrary.Arbitrary<A>
}

/**
 * The laws of one tool of a server.
 *
 * @category laws
 * @since 0.1.0
 */
export const tool = <T extends Tool.Any, E, R = never>(
  server: Layer.Layer<Server | R, E>,
  tool: T,
  options?: HandlerOptions<Tool.Input<T>, R>
): ReadonlyArray<Law.Law> => {
  const settings = settingsOfOne(server, tool, options)
  const { idempotent, readOnly } = tool.annotations ?? {}
  return [
    ...ofAll(settings),
    Prototypes.law(settings),
    ...(idempotent === true ? [Idempotence.law(settings)] : []),
    ...(readOnly === true && settings.observe !== undefined ? [ReadOnly.law(settings)] : []),
    Revisions.law(settings)
  ]
}

/**
 * The laws of one prompt of a server.
 *
 * @category laws
 * @since 0.1.0
 */
export const prompt = <P extends Prompt.Any, E, R = never>(
  server: Layer.Layer<Server | R, E>,
  prompt: P,
  options?: HandlerOptions<P["arguments"]["Type"], R>
): ReadonlyArray<Law.Law> => {
  const settings = settingsOfOne(server, prompt, options)
  return [...ofAll(settings), Revisions.law(settings), Completions.law(settings)]
}

/**
 * The laws of one family of resources of a server.
 *
 * @category laws
 * @since 0.1.0
 */
export const resourceTemplate = <T extends ResourceTemplate.Any, E, R = never>(
  server: Layer.Layer<Server | R, E>,
  template: T,
  options?: HandlerOptions<T["variables"]["Type"], R>
): ReadonlyArray<Law.Law> => {
  const settings = settingsOfOne(server, template, options)
  return [...ofAll(settings), Revisions.law(settings), Completions.law(settings), Templates.law(settings)]
}

const settingsOfOne = <R>(
  server: Layer.Layer<Server, unknown>,
  declaration: Declaration,
  options: HandlerOptions<unknown, R> = {}
): Subject.Settings => {
  const { input: arbitrary, ...others } = options
  return settingsOf(server, {
    ...others,
    only: [declaration],
    ...(arbitrary === undefined ? undefined : { inputs: [{ declaration, arbitrary }] })
  })
}

/**
 * How options are understood, for laws that are modules of their own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const settingsOf = <R>(
  server: Layer.Layer<Server, unknown>,
  { background, clock, handlers, inputs, observe, only, open, principal, varies }: Options<R>
): Subject.Settings => ({
  server,
  handlers: (seed) => handlers ?? Answers.generated({ seed }),
  seed: 0,
  clock: clock ?? "virtual",
  // what they need, the server's layer gives: by their types, and by `Subject.find`
  observe: observe as Effect.Effect<unknown> | undefined,
  open: open as Effect.Effect<unknown> | undefined,
  named: [
    ...only ?? [],
    ...(inputs ?? []).map(({ declaration }) => declaration),
    ...varies ?? [],
    ...background ?? []
  ],
  principal,
  isBackground: ({ declaration }) => background?.some((started) => started === declaration) ?? false,
  isMeant: ({ declaration }) => only === undefined || only.some((meant) => meant === declaration),
  inputOf: (registered) =>
    inputs?.find(({ declaration }) => declaration === registered.declaration)?.arbitrary ?? usualInput(registered),
  isVarying: ({ declaration }) => varies?.some((varying) => varying === declaration) ?? false
})

const usualInput = (registered: HandlerObserver.Registered): Arbitrary.Arbitrary<unknown> => {
  switch (registered.kind) {
    case "tool":
      return travelling(registered, registered.declaration.input)
    case "prompt":
      return travelling(registered, registered.declaration.arguments)
    case "resourceTemplate":
      return travelling(registered, registered.declaration.variables)
    case "resource":
      return Arbitrary.Constant(registered.declaration.uri)
  }
}

// There may be values that fit a Schema and that it has no other form of: a duration without end, as a number. Nobody can send those.
const travelling = (registered: HandlerObserver.Registered, schema: Schema.Top): Arbitrary.Arbitrary<unknown> => {
  const encode = Schema.encodeUnknownExit(Call.codecOf(registered))
  return Arbitrary.filter(Arbitrary.schema(Schema.toType(schema)), (value) => {
    const encoded = encode(value)
    return Exit.isSuccess(encoded) || Exit.findErrorOption(encoded)._tag === "None"
  })
}

/**
 * Checks all, one after the other; fails with the first violation. A token that is replayed has to be of one of them.
 *
 * @category running
 * @since 0.1.0
 */
export const check = (
  laws: ReadonlyArray<Law.Law>,
  options: Law.CheckOptions = {}
): Effect.Effect<void, Law.Violation> => {
  const { replay } = options
  const replayed = replay === undefined ? laws : laws.filter(({ name }) => name === Law.nameOfReplay(replay))
  if (replay !== undefined && replayed.length === 0) {
    return Effect.fail(
      new Law.Violation({
        law: Law.nameOfReplay(replay) ?? "a token is of a law",
        subject: "replay",
        reason: "there is no such law among those that are checked",
        counterexample: undefined,
        lines: [],
        replay
      })
    )
  }
  return Effect.forEach(replayed, (law) => law.check(options), { discard: true })
}
