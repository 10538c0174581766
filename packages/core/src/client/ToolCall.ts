/**
 * A `ToolCall` is how a declared tool is called: its input becomes arguments, and the result its output or one of its errors.
 *
 * It sends nothing, and has nothing to do with what the server itself says of the tool.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#calling-tools
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as ParameterHeader from "../ParameterHeader.ts"
import type { JsonObject } from "../protocol/JsonObject.ts"
import type { CallToolResult } from "../protocol/Tool.ts"
import type { Revision } from "../revision/Revision.ts"
import * as Compiled from "../schema/Compiled.ts"
import * as IssueMessage from "../schema/IssueMessage.ts"
import * as ToolSchema from "../schema/ToolSchema.ts"
import * as SessionError from "../SessionError.ts"
import * as Tool from "../Tool.ts"

/**
 * How a declared tool is called.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolCall<T extends Tool.Any> {
  /** The arguments. Input that does not fit the Schema fails with `NotAllowed`. */
  readonly encode: (
    input: Tool.Input<T>
  ) => Effect.Effect<JsonObject, SessionError.SessionError, T["input"]["EncodingServices"]>
  readonly decode: (
    result: CallToolResult,
    revision: Revision
  ) => Effect.Effect<Tool.Output<T>, Tool.CallFailure<T>, Tool.CallServices<T>>
  /** The headers that the declaration asks for. */
  readonly headers: () => ReadonlyArray<ParameterHeader.ParameterHeader>
  /** Whether it may be called again when it is not known what became of a call, by the word of its declaration. */
  readonly isSafe: boolean
}

const made = new WeakMap<Tool.Any, ToolCall<Tool.Any>>()

/**
 * How a tool is called: made once for each declaration.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <T extends Tool.Any>(tool: T): ToolCall<T> => {
  let call = made.get(tool)
  if (call === undefined) {
    call = make(tool)
    made.set(tool, call)
  }
  // what is kept for a tool was made of its own Schemas
  return call as unknown as ToolCall<T>
}

const make = (tool: Tool.Any): ToolCall<Tool.Any> => {
  const encode = Compiled.encoder(ToolSchema.codec(tool.input))
  const present = presentOf(tool.input)
  const output = outputOf(tool)
  const failure = failureOf(tool)
  let headers: ReadonlyArray<ParameterHeader.ParameterHeader> | undefined
  return {
    encode: (input) =>
      Effect.catchEager(
        // the arguments of a tool are an object (TOOL-7)
        encode(present(input)) as Effect.Effect<JsonObject, SchemaIssue.Issue, unknown>,
        (issue) =>
          SessionError.fail(
            new SessionError.NotAllowed({
              message: `The input of tool ${tool.name} does not fit its Schema: ${IssueMessage.format(issue)}`
            })
          )
      ),
    decode: (result, revision) => result.isError === true ? failure(result) : output(result, revision),
    headers: () =>
      // a tool that asks for what no header can mirror has none, and a server refuses to register it
      headers ??= Result.getOrElse(
        ParameterHeader.scan(tool.jsonSchema?.input ?? ToolSchema.toInputSchema(tool.input)),
        () => []
      ),
    isSafe: tool.annotations?.readOnly === true || tool.annotations?.idempotent === true
  }
}

// As JSON an undefined argument would be null, which few servers take for an absent one.
const presentOf = ({ ast }: Schema.Top): (input: unknown) => unknown => {
  const optional = SchemaAST.isObjects(ast)
    ? ast.propertySignatures.flatMap(({ name, type }) => SchemaAST.isOptional(type) ? [name] : [])
    : []
  return (input) => {
    if (!Predicate.isObject(input) || !optional.some((name) => name in input && input[name] === undefined)) return input
    const present = { ...input }
    for (const name of optional) if (present[name] === undefined) delete present[name]
    return present
  }
}

const outputOf = (
  tool: Tool.Any
): (result: CallToolResult, revision: Revision) => Effect.Effect<unknown, SessionError.SessionError, unknown> => {
  if (SchemaAST.isVoid(tool.output.ast)) return (result) => Effect.succeed(result.content)
  const decode = Compiled.decoder(ToolSchema.codec(tool.output))
  const invalid = (issue: string) =>
    SessionError.fail(
      new SessionError.InvalidAnswer({ method: "tools/call", message: `The output of tool ${tool.name}: ${issue}` })
    )
  return (result, revision) => {
    const structured = structuredOf(result, revision)
    return structured === undefined
      ? invalid("There is none")
      : Effect.catchEager(decode(structured), (issue) => invalid(IssueMessage.format(issue)))
  }
}

// Where structured content cannot be what the output is, it travels as text alone (TOOL-9, TOOL-15).
const structuredOf = ({ content, structuredContent }: CallToolResult, revision: Revision): unknown => {
  if (structuredContent !== undefined || revision.structuredContent === "any") return structuredContent
  const [text, ...others] = content.filter((block) => block.type === "text")
  return text === undefined || others.length > 0 ? undefined : parse(text.text)
}

const parse = (text: string): unknown => Result.getOrUndefined(Result.try((): unknown => JSON.parse(text)))

const failureOf = (
  tool: Tool.Any
): (result: CallToolResult) => Effect.Effect<never, unknown, unknown> => {
  const isVoid = SchemaAST.isVoid(tool.output.ast)
  const decode = tool.errors.length === 0
    ? undefined
    : Compiled.decoder(ToolSchema.codec(Schema.Union(tool.errors)))
  return (result) => {
    const { _meta: meta, content, structuredContent } = result
    const failed = Effect.suspend(() =>
      Effect.fail(
        new Tool.ToolFailed({
          tool: tool.name,
          content,
          ...(structuredContent === undefined ? undefined : { structured: structuredContent }),
          ...(meta === undefined ? undefined : { meta })
        })
      )
    )
    const encoded = meta !== undefined && Object.hasOwn(meta, Tool.errorMetaKey)
      ? meta[Tool.errorMetaKey]
      : isVoid
      ? structuredContent
      : undefined
    return decode === undefined || encoded === undefined
      ? failed
      : Effect.matchEffect(decode(encoded), { onFailure: () => failed, onSuccess: Effect.fail })
  }
}
