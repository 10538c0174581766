/**
 * Tools on the client: how they are listed and called, by name or by the declaration that client and server share.
 *
 * It is not the declaration (`Tool`) nor the wire noun (`protocol/Tool`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as HeaderValue from "../HeaderValue.ts"
import * as ParameterHeader from "../ParameterHeader.ts"
import { ParameterHeaders } from "../ParameterHeaders.ts"
import type { CallToolParams, CallToolResult, Tool as WireTool } from "../protocol/Tool.ts"
import type * as SessionError from "../SessionError.ts"
import type * as Tool from "../Tool.ts"
import type { Caller, CallerOptions, RequestOptions } from "./Caller.ts"
import * as KnownTools from "./KnownTools.ts"
import * as OutputSchema from "./OutputSchema.ts"
import * as Pagination from "./Pagination.ts"
import * as ToolCall from "./ToolCall.ts"

/**
 * The tools of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tools {
  /** Its tools, page by page, and those that break a rule left out (HDR-10). Fails with `Incomplete` where a limit cuts the list off. */
  readonly listTools: Stream.Stream<WireTool, SessionError.SessionError>
  /** Its tools, as far as the limits go. */
  readonly tools: Effect.Effect<Pagination.Listing<WireTool>, SessionError.SessionError>
  /**
   * Calls a tool by its name, with arguments as they travel. A result that does not fit the `outputSchema` that the tool was listed with fails
   * with `InvalidAnswer` (TOOL-18).
   */
  readonly callTool: (
    name: string,
    args?: { readonly [name: string]: unknown },
    options?: RequestOptions
  ) => Effect.Effect<CallToolResult, SessionError.SessionError>
  /**
   * Calls a tool by its declaration: input and output are those of its Schemas, and the errors that it declares are errors of the call. Input that
   * does not fit fails with `NotAllowed`, output with `InvalidAnswer`. One that is declared to read only, or to be idempotent, may be called again
   * when it is not known what became of a call.
   */
  readonly call: <T extends Tool.Any>(
    tool: T,
    input: Tool.Input<T>,
    options?: RequestOptions
  ) => Effect.Effect<Tool.Output<T>, Tool.CallFailure<T>, Tool.CallServices<T>>
}

/**
 * How far a client goes along with a server's tools.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  readonly limits: Pagination.Limits
  /** How many tools are remembered from lists. */
  readonly maxKnown: number
  /** Whether a tool that its server calls safe to repeat is (TOOL-27). */
  readonly trustAnnotations: boolean
}

/**
 * The tools of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, { limits, maxKnown, trustAnnotations }: Settings): Tools => {
  const known = new KnownTools.KnownTools(maxKnown)
  const list = (options?: CallerOptions): Stream.Stream<WireTool, SessionError.SessionError> =>
    Stream.suspend(() => {
      const page = known.listing()
      return Pagination.stream("tools/list", limits, (cursor) =>
        Effect.flatMap(
          caller.request("tools/list", cursor === undefined ? {} : { cursor }, options),
          ({ nextCursor, tools }) => {
            const { invalid, tools: items } = page(tools, caller.revision, nextCursor === undefined)
            return Effect.as(warn(invalid), { items, nextCursor })
          }
        ))
    })
  // as the server lists it by now, and no further than to this one (HDR-23)
  const refresh = (name: string, options: RequestOptions | undefined) =>
    Effect.ignore(Stream.runDrain(
      Stream.takeUntil(
        list({ timeout: options?.timeout, maxTimeout: options?.maxTimeout, isFresh: true }),
        (tool) => tool.name === name
      )
    ))
  const ask = (
    name: string,
    args: CallToolParams["arguments"],
    options: RequestOptions | undefined,
    declared: () => Headers
  ): Effect.Effect<CallToolResult, SessionError.SessionError> => {
    const params = args === undefined ? { name } : { name, arguments: args }
    if (caller.revision.era === "session") return caller.request("tools/call", params, options)
    const send = (headers: Mirrored) => {
      const request = caller.request("tools/call", params, options)
      return headers.length === 0 ? request : Effect.provideService(request, ParameterHeaders, headers)
    }
    const sent = mirrored(known.get(name)?.headers ?? declared(), args)
    return Effect.catch(send(sent), (error) =>
      isMismatch(error)
        ? Effect.flatMap(refresh(name, options), () => {
          const again = mirrored(known.get(name)?.headers ?? declared(), args)
          return isSame(sent, again) ? Effect.fail(error) : send(again)
        })
        : Effect.fail(error))
  }
  const listTools = list()
  return {
    listTools,
    tools: Pagination.listing(listTools),
    callTool: (name, args, options) =>
      whenReady(caller, options, () => {
        const annotations = trustAnnotations ? known.get(name)?.annotations : undefined
        const isSafe = annotations?.readOnlyHint === true || annotations?.idempotentHint === true
        return Effect.flatMap(ask(name, args, safe(isSafe, options), none), (result) => {
          const output = known.get(name)?.output
          return output === undefined ? Effect.succeed(result) : OutputSchema.check(output, name, result)
        })
      }),
    call: (tool, input, options) =>
      whenReady(caller, options, () => {
        const { decode, encode, headers, isSafe } = ToolCall.of(tool)
        return Effect.flatMapEager(encode(input), (args) =>
          Effect.flatMap(
            ask(tool.name, args, safe(isSafe, options), headers),
            (result) => decode(result, caller.revision)
          ))
      })
  }
}

// The revision decides what is sent with a call, and there is one only once there is a server.
const whenReady = <A, E, R>(
  caller: Caller,
  options: RequestOptions | undefined,
  call: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E | SessionError.SessionError, R> =>
  Effect.suspend(() => Effect.flatMapEager(caller.ready(options), call))

type Headers = ReadonlyArray<ParameterHeader.ParameterHeader>

type Mirrored = ReadonlyArray<readonly [name: string, value: string]>

const none = (): Headers => []

const safe = (isSafe: boolean, options: RequestOptions | undefined): RequestOptions | undefined =>
  isSafe && options?.isSafe === undefined ? { ...options, isSafe } : options

// What is absent or null has no header (HDR-12).
const mirrored = (headers: Headers, args: CallToolParams["arguments"]): Mirrored =>
  headers.flatMap((header) => {
    const text = ParameterHeader.toText(ParameterHeader.argument(header, args))
    return text === undefined ? [] : [[header.name, HeaderValue.encode(text)]]
  })

const isSame = (one: Mirrored, other: Mirrored): boolean =>
  one.length === other.length && one.every(([name, value], index) => {
    const [otherName, otherValue] = other[index] ?? []
    return name === otherName && value === otherValue
  })

// Which header it was about, not every server says; the list will tell.
const isMismatch = ({ reason }: SessionError.SessionError): boolean =>
  reason._tag === "ErrorAnswer" && reason.code === -32020

// As many as a page of a log has room for (HDR-11).
const maxWarned = 8

const warn = (invalid: KnownTools.Page["invalid"]): Effect.Effect<void> =>
  invalid.length === 0 ? Effect.void : Effect.logWarning(
    `Left out of the server's tools: ${
      invalid.slice(0, maxWarned).map(([{ name }, { message }]) =>
        `${quoted(name)}, by its inputSchema at ${quoted(message)}`
      )
        .join("; ")
    }${invalid.length > maxWarned ? `; and ${invalid.length - maxWarned} more` : ""}`
  )

// A server chose these texts: they are short, and stay in one line.
const quoted = (text: string): string => JSON.stringify(text.slice(0, 256))
