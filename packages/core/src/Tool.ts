/**
 * A `Tool` as an author declares it: name, Schemas of input, output and errors, and what clients are told about it.
 *
 * It is not the handler (see `Server.tool`), so that a client can share the declaration; nor the wire noun (`protocol/Tool`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Elicitation } from "./Elicitation.ts"
import * as ParameterHeader from "./ParameterHeader.ts"
import type { Progress } from "./Progress.ts"
import { ContentBlock } from "./protocol/Content.ts"
import type { Icon } from "./protocol/Icon.ts"
import type { ProtocolError } from "./ProtocolError.ts"
import type { RequestContext } from "./RequestContext.ts"
import type { Roots } from "./Roots.ts"
import type { Sampling } from "./Sampling.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * Hints about what a tool does. They are for display and for deciding what needs confirmation; clients do not trust them blindly
 * (TOOL-27, TOOL-28). Absent hints mean: not read-only, destructive, not idempotent, open world.
 *
 * @category models
 * @since 0.1.0
 */
export interface Annotations {
  /** It changes nothing. */
  readonly readOnly?: boolean
  /** It may delete or overwrite. */
  readonly destructive?: boolean
  /** Calling it twice with the same input does no more than calling it once. */
  readonly idempotent?: boolean
  /** It reaches out to things the server does not control. */
  readonly openWorld?: boolean
}

/**
 * The declaration of a tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tool<
  out Name extends string,
  out Input extends Schema.Top,
  out Output extends Schema.Top,
  out Errors extends Schema.Top
> {
  readonly name: Name
  readonly title: string | undefined
  readonly description: string | undefined
  readonly input: Input
  /** `Schema.Void` when the tool has no structured output. */
  readonly output: Output
  readonly errors: ReadonlyArray<Errors>
  readonly annotations: Annotations | undefined
  readonly icons: ReadonlyArray<Icon> | undefined
  readonly meta: { readonly [key: string]: unknown } | undefined
  readonly jsonSchema: { readonly input?: object; readonly output?: object } | undefined
}

/**
 * Any tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = Tool<string, Schema.Top, Schema.Top, Schema.Top>

/**
 * What a handler of the tool is given.
 *
 * @category models
 * @since 0.1.0
 */
export type Input<T extends Any> = T["input"]["Type"]

/**
 * What a handler may answer with: the structured output when the tool declares one, else text or content blocks; or a `Result`, which says
 * everything a tool can say.
 *
 * @category models
 * @since 0.1.0
 */
export type Success<T extends Any> = [T["output"]] extends [Schema.Void] ?
    | void
    | string
    | ContentBlock
    | ReadonlyArray<ContentBlock>
    | Result<undefined>
  : T["output"]["Type"] | Result<T["output"]["Type"]>

/**
 * What a handler may fail with: the declared errors (they become results with `isError` that our client decodes back), failing to get an
 * answer from the client, and a `ProtocolError` where the call itself has to be refused.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure<T extends Any> = T["errors"][number]["Type"] | SessionError | ProtocolError

/**
 * The services that a server provides to every handler.
 *
 * @category models
 * @since 0.1.0
 */
export type HandlerServices = RequestContext | Progress | Sampling | Elicitation | Roots

/**
 * The handler of a tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<T extends Any, R> = (input: Input<T>) => Effect.Effect<Success<T>, Failure<T>, R>

/**
 * What a call of the tool gives: its output, or the content of a tool that declares none.
 *
 * @category models
 * @since 0.1.0
 */
export type Output<T extends Any> = [T["output"]] extends [Schema.Void] ? ReadonlyArray<ContentBlock>
  : T["output"]["Type"]

/**
 * What a call of the tool may fail with: its declared errors, `ToolFailed` for any other that it reports, and getting no result at all.
 *
 * @category models
 * @since 0.1.0
 */
export type CallFailure<T extends Any> = T["errors"][number]["Type"] | ToolFailed | SessionError

/**
 * What the Schemas of the tool require of who calls it; nothing, as a rule.
 *
 * @category models
 * @since 0.1.0
 */
export type CallServices<T extends Any> =
  | T["input"]["EncodingServices"]
  | T["output"]["DecodingServices"]
  | T["errors"][number]["DecodingServices"]

/**
 * A tool reported an error that its declaration does not have. The message is what it says to the model, which may correct itself by it (TOOL-25).
 *
 * @category errors
 * @since 0.1.0
 */
export class ToolFailed extends Schema.TaggedError<ToolFailed>()("ToolFailed", {
  tool: Schema.String,
  content: Schema.Array(ContentBlock),
  structured: Schema.optionalKey(Schema.Unknown),
  meta: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
}) {
  override get message(): string {
    const text = this.content.flatMap((block) => block.type === "text" ? [block.text] : []).join("\n")
    return text === "" ? `The tool ${this.tool} failed, and does not say why` : text
  }
}

/**
 * Where a result carries a declared error, in its `_meta`. A tool without output has it as `structuredContent` too, for clients that look there.
 *
 * @category constants
 * @since 0.1.0
 */
export const errorMetaKey = "mcp-effect/error"

const ResultTypeId = "~@mcp-effect/core/Tool/Result"

/**
 * A full tool result: content for the model, structured output, `_meta`, and whether it reports an error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Result<out A> {
  readonly [ResultTypeId]: typeof ResultTypeId
  /** When absent, the text form of `structured` (TOOL-19). */
  readonly content: ReadonlyArray<ContentBlock> | undefined
  readonly structured: A
  readonly isError: boolean
  readonly meta: { readonly [key: string]: unknown } | undefined
}

/**
 * Whether a value is a `Result`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isResult = (u: unknown): u is Result<unknown> => Predicate.hasProperty(u, ResultTypeId)

/**
 * A full tool result.
 *
 * @category constructors
 * @since 0.1.0
 */
export const result = <A = undefined>(options: {
  readonly content?: ReadonlyArray<ContentBlock>
  readonly structured?: A
  readonly isError?: boolean
  readonly meta?: { readonly [key: string]: unknown }
}): Result<A> => ({
  [ResultTypeId]: ResultTypeId,
  content: options.content,
  // a tool without output has `A = undefined`, one with output must give it: both are checked where the result is used
  structured: options.structured as A,
  isError: options.isError ?? false,
  meta: options.meta
})

/**
 * A result that tells the model what went wrong, so that it can correct itself (TOOL-24).
 *
 * @category constructors
 * @since 0.1.0
 */
export const failure = (message: string): Result<never> =>
  result<never>({ content: [{ type: "text", text: message }], isError: true })

/**
 * Declares a tool. `input` and `output` are the fields of the objects that travel as JSON, or Schemas of such objects. Output that is no
 * object is possible, but the session era knows none: it is told there as text. `errors` are tagged error classes a handler may
 * fail with. `jsonSchema` shows clients this JSON Schema verbatim in place of the derived one.
 *
 * The name has 1 to 128 characters from `A-Z a-z 0-9 _ - . /` (TOOL-11); another one is a defect.
 *
 * @example
 * ```ts
 * import * as Tool from "@mcp-effect/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const Add = Tool.make("add", {
 *   description: "Add two numbers",
 *   input: { a: Schema.Finite, b: Schema.Finite },
 *   output: { sum: Schema.Finite },
 *   annotations: { readOnly: true }
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Name extends string,
  Input extends Schema.Struct.Fields | Schema.Top = {},
  Output extends Schema.Struct.Fields | Schema.Top = Schema.Void,
  Errors extends Schema.Top = never
>(name: Name, options: {
  readonly title?: string
  readonly description?: string
  readonly input?: Input
  readonly output?: Output
  /** What the handler may fail with; any other failure does not compile. */
  readonly errors?: ReadonlyArray<Errors>
  readonly annotations?: Annotations
  readonly icons?: ReadonlyArray<Icon>
  readonly meta?: { readonly [key: string]: unknown }
  readonly jsonSchema?: { readonly input?: object; readonly output?: object }
} = {}): Tool<Name, SchemaOf<Input>, SchemaOf<Output>, Errors> => {
  if (!/^[A-Za-z0-9_./-]{1,128}$/.test(name)) {
    throw new Error(`Tool name ${JSON.stringify(name)} must have 1 to 128 characters from A-Z a-z 0-9 _ - . /`)
  }
  return {
    name,
    title: options.title,
    description: options.description,
    // `schemaOf` does what `SchemaOf` says, and the defaults of the type parameters are what absent options stand for
    input: schemaOf(options.input ?? {}) as SchemaOf<Input>,
    output: schemaOf(options.output ?? Schema.Void) as SchemaOf<Output>,
    errors: options.errors ?? [],
    annotations: options.annotations,
    icons: options.icons,
    meta: options.meta,
    jsonSchema: options.jsonSchema
  }
}

/**
 * The Schema that the `input` or `output` option stands for: a struct of the given fields, or the given Schema itself.
 *
 * @category models
 * @since 0.1.0
 */
export type SchemaOf<Option extends Schema.Struct.Fields | Schema.Top> = Option extends Schema.Top ? Option
  : Option extends Schema.Struct.Fields ? Schema.Struct<Option>
  : never

const schemaOf = (option: Schema.Struct.Fields | Schema.Top): Schema.Top =>
  Schema.isSchema(option) ? option : Schema.Struct(option)

/**
 * Marks a parameter that HTTP clients of the stateless era mirror in the header `Mcp-Param-<name>`, so that gateways can route calls by it
 * (HDR-1). The parameter is a text, an integer or a boolean (`Schema.Int`, not `Schema.Finite`), of the input itself or of a struct within
 * it; a call whose header and argument differ never reaches the handler.
 *
 * Headers are read and logged on their way: a secret or personal parameter does not belong there (HDR-25). Nor is what they say to be trusted,
 * since the client's model or user chose it (HDR-26).
 *
 * The name is an RFC 9110 token, unique within the tool whatever its case (HDR-4 to HDR-6). Another one is a defect, here or when the tool is
 * registered, and so is a parameter that no header can mirror (HDR-7 to HDR-9).
 *
 * @example
 * ```ts
 * import * as Tool from "@mcp-effect/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const Query = Tool.make("query", {
 *   input: { sql: Schema.String, region: Schema.optionalKey(Schema.String).pipe(Tool.header("Region")) }
 * })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const header = (name: string): <S extends Mirrorable>(schema: S) => S["Rebuild"] => {
  if (!ParameterHeader.isName(name)) {
    throw new Error(`Header name ${JSON.stringify(name)} must have letters, digits and !#$%&'*+-.^_\`|~ only`)
  }
  return (schema) => schema.annotate({ [ParameterHeader.annotation]: name })
}

/**
 * A Schema of what a header can mirror.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mirrorable extends Schema.Top {
  readonly Encoded: string | number | boolean | undefined
}
