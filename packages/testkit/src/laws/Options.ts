/**
 * The `Options` of laws: what they need to know that a server does not say, and how it is understood.
 *
 * Which laws there are is not known here.
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
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Answers from "../Answers.ts"
import * as Call from "./Call.ts"
import type * as Subject from "./Subject.ts"

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
 * How options are understood.
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
