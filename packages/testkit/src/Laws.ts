/**
 * `Laws` are what has to be true of any server, tried with input that the Schemas of its own handlers make.
 *
 * They are not tests: they are values that a test, a script or a build checks.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server
 *
 * @since 0.1.0
 */
import type * as Prompt from "@mcp-effect/core/Prompt"
import type * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import type { Server } from "@mcp-effect/core/Server"
import type * as Tool from "@mcp-effect/core/Tool"
import type * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Law from "./Law.ts"
import * as Completions from "./laws/Completions.ts"
import * as DeclaredErrors from "./laws/DeclaredErrors.ts"
import * as Idempotence from "./laws/Idempotence.ts"
import * as Internals from "./laws/Internals.ts"
import * as Interruption from "./laws/Interruption.ts"
import * as Listed from "./laws/Listed.ts"
import * as NearValidInput from "./laws/NearValidInput.ts"
import { type Declaration, type Input, type Options, settingsOf } from "./laws/Options.ts"
import * as Pagination from "./laws/Pagination.ts"
import * as Prototypes from "./laws/Prototypes.ts"
import * as ReadOnly from "./laws/ReadOnly.ts"
import * as Revisions from "./laws/Revisions.ts"
import type * as Subject from "./laws/Subject.ts"
import * as Templates from "./laws/Templates.ts"
import * as ValidInput from "./laws/ValidInput.ts"

export type {
  /**
   * A declaration whose handler laws can be about.
   *
   * @category models
   * @since 0.1.0
   */
  Declaration,
  /**
   * What a handler is given, made by `input`.
   *
   * @category models
   * @since 0.1.0
   */
  Input,
  /**
   * What laws need to know that the server does not say.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./laws/Options.ts"

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
