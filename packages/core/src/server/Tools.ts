/**
 * Tools on the server: how one is registered, listed and called.
 *
 * It is not the declaration (`Tool`) nor the wire noun (`protocol/Tool`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import { observed } from "../HandlerObserver.ts"
import * as ParameterHeader from "../ParameterHeader.ts"
import type { ContentBlock } from "../protocol/Content.ts"
import type { CallToolParams, CallToolResult, ListToolsResult, Tool as WireTool } from "../protocol/Tool.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Revision } from "../revision/Revision.ts"
import * as Compiled from "../schema/Compiled.ts"
import * as FieldIssues from "../schema/FieldIssues.ts"
import * as IssueMessage from "../schema/IssueMessage.ts"
import * as ToolSchema from "../schema/ToolSchema.ts"
import { SessionError } from "../SessionError.ts"
import * as Tool from "../Tool.ts"
import type { Caller } from "./Caller.ts"
import * as Failure from "./Failure.ts"
import * as Pagination from "./Pagination.ts"
import * as Registration from "./Registration.ts"
import { Registry } from "./Registry.ts"

/**
 * Registers a tool until the scope ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<T extends Tool.Any, R>(
  tool: T,
  handler: Tool.Handler<T, R>,
  options?: Registration.Options
): Effect.fn.Return<void, never, Registry | Scope.Scope | Exclude<R, Tool.HandlerServices>> {
  const registry = yield* Registry
  const context = yield* Effect.context<never>()
  const services = Registration.withServices(context, registry.context)
  const input = Compiled.decoder(ToolSchema.codec(tool.input))
  const explain = FieldIssues.make(tool.input, ToolSchema.codec)
  const answer = resultOf(tool)
  const failed = errorOf(tool)
  // what the handler requires is in the captured services or provided with each request; the cast says so to the compiler
  const run = observed(context, { kind: "tool", declaration: tool }, handler as Tool.Handler<T, never>)
  const reported = { onSuccess: answer, onFailure: failed(false) }
  const refused = { onSuccess: answer, onFailure: failed(true) }
  const described = describe(tool)
  yield* Registration.register(registry.tools, "tool", tool.name, {
    tool: described,
    headers: headersOf(described),
    call: (args, revision) =>
      services(
        Effect.suspend(() =>
          Effect.matchCauseEffectEager(input(args) as Effect.Effect<Tool.Input<T>, SchemaIssue.Issue>, {
            onFailure: (cause) => refuse(tool.name, cause, (issue) => explain(args, issue), revision),
            onSuccess: (value) =>
              Effect.matchCauseEffectEager(run(value), revision.capabilityError ? refused : reported)
          })
        )
      )
  }, options)
})

// Invalid arguments are the model's to correct where the revision says so (TOOL-23), else a protocol error (TOOL-22).
const refuse = (
  name: string,
  cause: Cause.Cause<SchemaIssue.Issue>,
  explain: (issue: SchemaIssue.Issue) => SchemaIssue.Issue,
  revision: Revision
): Effect.Effect<CallToolResult, ProtocolError.ProtocolError> => {
  const issue = Cause.findErrorOption(cause)
  if (issue._tag === "None") return Effect.failCause(cause as Cause.Cause<never>)
  const message = `Invalid arguments for tool ${name}: ${IssueMessage.format(explain(issue.value))}`
  return revision.invalidToolArguments === "error"
    ? Effect.fail(ProtocolError.invalidParams(message))
    : Effect.succeed({ content: [{ type: "text", text: message }], isError: true })
}

const resultOf = <T extends Tool.Any>(
  tool: T
): (value: unknown) => Effect.Effect<CallToolResult> => {
  if (SchemaAST.isVoid(tool.output.ast)) {
    return (value) => Effect.succeed(Tool.isResult(value) ? unstructured(value) : { content: contentOf(value) })
  }
  const encode = Compiled.encoder(ToolSchema.codec(tool.output))
  const structured = (value: unknown): Effect.Effect<unknown> =>
    Effect.catch(
      // an author's Schema may require services; they are among the captured ones
      encode(value) as Effect.Effect<unknown, SchemaIssue.Issue>,
      (issue) =>
        Effect.die(new Error(`The output of tool ${tool.name} does not fit its Schema: ${IssueMessage.format(issue)}`))
    )
  return (value) => {
    if (!Tool.isResult(value)) {
      return Effect.mapEager(structured(value), (output) => ({ content: [textOf(output)], structuredContent: output }))
    }
    if (value.isError) return Effect.succeed(unstructured(value))
    return Effect.mapEager(structured(value.structured), (output) => ({
      content: value.content ?? [textOf(output)],
      structuredContent: output,
      ...(value.meta === undefined ? undefined : { _meta: value.meta })
    }))
  }
}

const textOf = (output: unknown): ContentBlock => ({ type: "text", text: JSON.stringify(output) })

const contentOf = (value: unknown): ReadonlyArray<ContentBlock> =>
  value === undefined
    ? []
    : typeof value === "string"
    ? [{ type: "text", text: value }]
    // by `Tool.Success`, what is left is one content block or several
    : Array.isArray(value)
    ? value
    : [value as ContentBlock]

const unstructured = (result: Tool.Result<unknown>): CallToolResult => ({
  content: result.content ?? [],
  ...(result.isError ? { isError: true } : undefined),
  ...(result.meta === undefined ? undefined : { _meta: result.meta })
})

// A declared error becomes a result that our client decodes back; an answer that the client did not give becomes text for the model, unless
// there is an error for its want of a capability; a `ProtocolError` refuses the call; all else is a defect, and the peer is not told what.
const errorOf = <T extends Tool.Any>(
  tool: T
): (
  capabilityError: boolean
) => (cause: Cause.Cause<unknown>) => Effect.Effect<CallToolResult, ProtocolError.ProtocolError> => {
  const declared = tool.errors.length === 0 ? undefined : Schema.Union(tool.errors)
  const is = declared === undefined ? () => false : Schema.is(declared)
  const encode = declared === undefined ? undefined : Compiled.encoder(ToolSchema.codec(declared))
  return (capabilityError) => (cause) => {
    const found = Cause.findErrorOption(cause)
    if (found._tag === "None") return Effect.failCause(cause as Cause.Cause<never>)
    const error = found.value
    if (encode !== undefined && is(error)) {
      return Effect.map(Effect.orDie(encode(error) as Effect.Effect<unknown, unknown>), (encoded) => ({
        content: [{ type: "text", text: errorText(error, encoded) }],
        isError: true,
        // clients in the field hold `structuredContent` against the output schema even where `isError` is set (TOOL-20)
        ...(SchemaAST.isVoid(tool.output.ast) ? { structuredContent: encoded } : undefined),
        // some revisions have no `structuredContent`, and all have this
        _meta: { [Tool.errorMetaKey]: encoded }
      }))
    }
    if (error instanceof ProtocolError.ProtocolError) return Effect.fail(error)
    if (error instanceof SessionError) {
      if (capabilityError && error.reason._tag === "CapabilityMissing") return Effect.fail(Failure.ofSession(error))
      return Effect.succeed({ content: [{ type: "text", text: error.message }], isError: true })
    }
    return Effect.die(error)
  }
}

const errorText = (error: unknown, encoded: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : JSON.stringify(encoded)

const describe = (tool: Tool.Any): WireTool => {
  const { destructive, idempotent, openWorld, readOnly } = tool.annotations ?? {}
  return {
    name: tool.name,
    ...(tool.title === undefined ? undefined : { title: tool.title }),
    ...(tool.description === undefined ? undefined : { description: tool.description }),
    ...(tool.icons === undefined ? undefined : { icons: tool.icons }),
    inputSchema: (tool.jsonSchema?.input ?? ToolSchema.toInputSchema(tool.input)) as WireTool["inputSchema"],
    ...(SchemaAST.isVoid(tool.output.ast) ? undefined : {
      outputSchema: tool.jsonSchema?.output ?? ToolSchema.toOutputSchema(tool.output)
    }),
    ...(tool.annotations === undefined ? undefined : {
      annotations: {
        ...(readOnly === undefined ? undefined : { readOnlyHint: readOnly }),
        ...(destructive === undefined ? undefined : { destructiveHint: destructive }),
        ...(idempotent === undefined ? undefined : { idempotentHint: idempotent }),
        ...(openWorld === undefined ? undefined : { openWorldHint: openWorld })
      }
    }),
    ...(tool.meta === undefined ? undefined : { _meta: tool.meta })
  } as WireTool
}

// Clients would leave such a tool out (HDR-10), and its author would never know why.
const headersOf = ({ inputSchema, name }: WireTool): ReadonlyArray<ParameterHeader.ParameterHeader> =>
  Result.getOrThrowWith(
    ParameterHeader.scan(inputSchema),
    (invalid) => new Error(`Tool ${name} has a parameter that no header can mirror: ${invalid.message}`)
  )

/**
 * Answers `tools/list`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const list = (
  caller: Caller,
  params: { readonly cursor?: string }
): Effect.Effect<ListToolsResult, ProtocolError.ProtocolError> =>
  Pagination.list(caller, "tools", caller.registry.tools, params.cursor, (items, nextCursor) => ({
    tools: items.map((item) => item.tool),
    ...nextCursor
  }))

/**
 * Answers `tools/call`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const call = (
  caller: Caller,
  params: CallToolParams
): Effect.Effect<CallToolResult, ProtocolError.ProtocolError> => {
  const { revision, session } = caller.negotiated
  const tool = caller.registry.tools.get(params.name, session)
  return tool === undefined
    ? Effect.fail(ProtocolError.unknown("tool", params.name))
    : tool.call(params.arguments ?? {}, revision)
}
