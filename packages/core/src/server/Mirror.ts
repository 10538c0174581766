/**
 * The `Mirror` holds the headers that came beside a request against the request itself (HDR; HTTP26-20 to HTTP26-29).
 *
 * It decides nothing by a header: the body is what counts, and a header that says otherwise is an error.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as HeaderValue from "../HeaderValue.ts"
import { type Headers, mirroredName } from "../MirroredHeaders.ts"
import * as ParameterHeader from "../ParameterHeader.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { CallToolParams } from "../protocol/Tool.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Caller } from "./Caller.ts"

type Refusal = ProtocolError.ProtocolError | undefined

/**
 * Refuses a request that says its version in its body alone.
 *
 * @category guards
 * @since 0.1.0
 */
export const withoutVersion = (headers: Headers): Refusal =>
  headers.header("mcp-protocol-version") === undefined ? missing("MCP-Protocol-Version") : undefined

/**
 * Refuses a request whose version is another one in its header.
 *
 * @category guards
 * @since 0.1.0
 */
export const otherVersion = (headers: Headers, version: string): Refusal =>
  otherLiteral(headers, "MCP-Protocol-Version", version)

/**
 * Refuses a request whose method or name is another one in its headers. A name that is no text is left to those who read the params.
 *
 * @category guards
 * @since 0.1.0
 */
export const otherRequest = (headers: Headers, { method, params }: InboundRequest): Refusal => {
  const otherMethod = otherLiteral(headers, "Mcp-Method", method)
  const member = mirroredName.get(method)
  if (otherMethod !== undefined || member === undefined) return otherMethod
  const given = headers.header("mcp-name")
  if (given === undefined) return missing("Mcp-Name")
  const name = Predicate.isObject(params) && Object.hasOwn(params, member) ? params[member] : undefined
  return typeof name === "string" ? otherValue("Mcp-Name", given, (text) => text === name) : undefined
}

/**
 * Refuses a tool call whose arguments are others in its headers. Headers that mirror no parameter of the tool are not looked at (HTTP26-45).
 *
 * @category guards
 * @since 0.1.0
 */
export const otherParams = (headers: Headers, caller: Caller, method: string, params: unknown): Refusal => {
  if (method !== "tools/call") return undefined
  // the codec of the method has decoded them
  const { arguments: args, name } = params as CallToolParams
  // a tool that the caller may not see is an unknown one, and what it mirrors is not told
  const tool = caller.registry.tools.get(name, caller.negotiated.session)
  for (const header of tool?.headers ?? []) {
    const refusal = otherArgument(headers, header, args)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

// A header without its argument says what the call does not: whoever routed by it was deceived (HTTP26-26).
const otherArgument = (headers: Headers, header: ParameterHeader.ParameterHeader, args: unknown): Refusal => {
  const { key, name, path, type } = header
  const given = headers.header(key)
  const argument = ParameterHeader.argument(header, args)
  if (argument === undefined) {
    return given === undefined
      ? undefined
      : ProtocolError.headerMismatch(`The ${name} header mirrors an argument that the body does not have`)
  }
  if (given !== undefined) return otherValue(name, given, (text) => ParameterHeader.equals(text, argument))
  return ParameterHeader.toText(argument) === undefined
    ? ProtocolError.headerMismatch(
      `The ${name} header is missing, and cannot be: the argument ${path.join(".")} is not the ${type} that it mirrors`
    )
    : missing(name)
}

// Versions and methods are never encoded; case matters (HTTP26-28).
const otherLiteral = (headers: Headers, name: string, expected: string): Refusal => {
  const given = headers.header(name.toLowerCase())
  if (given === undefined) return missing(name)
  return HeaderValue.trim(given) === expected ? undefined : different(name)
}

const otherValue = (name: string, given: string, equals: (text: string) => boolean): Refusal => {
  const text = HeaderValue.decode(given)
  if (Result.isFailure(text)) return ProtocolError.headerMismatch(`The ${name} header ${text.failure.message}`)
  return equals(text.success) ? undefined : different(name)
}

const missing = (name: string): ProtocolError.ProtocolError =>
  ProtocolError.headerMismatch(`The ${name} header is missing`)

// Neither value is told: what is mirrored may be nobody else's business.
const different = (name: string): ProtocolError.ProtocolError =>
  ProtocolError.headerMismatch(`The ${name} header says something else than the body`)
