/**
 * What the Schemas of the protocol leave open and its prose does not: that a `uri` is a URI, that `data` is base64, that a block is one that is known.
 *
 * It makes no values: it changes those that Schemas make, always in the same way, so that they shrink as before.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import { isKnownType } from "@mcp-effect/core/protocol/Content"
import * as Predicate from "effect/Predicate"

/**
 * A value with these JSON Schemas wherever a tool has one, taken in order, again from the first when they run out.
 *
 * @category combinators
 * @since 0.1.0
 */
export const tuned = <A>(value: A, toolSchemas: ReadonlyArray<unknown>): A => {
  let next = 0
  const toolSchema = (own: unknown) => toolSchemas.length === 0 ? own : toolSchemas[next++ % toolSchemas.length]
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (!Predicate.isObject(value)) return value
    // a member that is named `__proto__` is one like any other
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ofMember(name, member)]))
  }
  const ofMember = (name: string, member: unknown): unknown => {
    if (name === "inputSchema") return toolSchema(member)
    if (name === "content") return content(member)
    return typeof member === "string" ? texts.get(name)?.(member) ?? member : visit(member)
  }
  const content = (member: unknown): unknown =>
    Array.isArray(member) ? member.map(content) : visit(isOfUnknownType(member) ? plainText : member)
  // of all that is changed, its type stays
  return visit(value) as A
}

// Blocks of unknown types are for what is received: nobody who follows the specification makes them.
const isOfUnknownType = (block: unknown): boolean =>
  Predicate.isObject(block) && typeof block["type"] === "string" && !isKnownType(block["type"])

const plainText = { type: "text", text: "" }

const encoder = new TextEncoder()

const base64 = (text: string): string => btoa(String.fromCharCode(...encoder.encode(text)))

/**
 * A URI that differs where the texts do.
 *
 * @category combinators
 * @since 0.1.0
 */
export const uri = (text: string): string => `test:///${encodeURIComponent(text.toWellFormed())}`

/**
 * A URI template with two variables.
 *
 * @category combinators
 * @since 0.1.0
 */
export const uriTemplate = (text: string): string => `${uri(text)}/{name}{?page}`

const time = (text: string): string => new Date(text.length * 86_400_000).toISOString()

const texts: ReadonlyMap<string, (text: string) => string> = new Map([
  ["uri", uri],
  ["url", uri],
  ["src", uri],
  ["websiteUrl", uri],
  ["uriTemplate", uriTemplate],
  ["data", base64],
  ["blob", base64],
  ["mimeType", (text: string) => text.length % 2 === 0 ? "text/plain" : "image/png"],
  ["lastModified", time],
  ["createdAt", time],
  ["lastUpdatedAt", time]
])
