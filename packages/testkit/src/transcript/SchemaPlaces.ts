/**
 * `SchemaPlaces` are the places of messages where a JSON Schema stands: its members describe values, and are none.
 *
 * It is not about what a Schema says.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool
 *
 * @since 0.1.0
 */

/**
 * How far a place is from the top of the message: the names on the way there, or that it is in a Schema.
 *
 * @category models
 * @since 0.1.0
 */
export type Place = ReadonlyArray<string> | "schema" | "value"

/**
 * The top of what is not known to be a message.
 *
 * @category constants
 * @since 0.1.0
 */
export const none: Place = []

// Items of arrays have no name of their own, and neither do the requests in `inputRequests`.
const places: ReadonlySet<string> = new Set([
  "result/tools/inputSchema",
  "result/tools/outputSchema",
  "params/tools/inputSchema",
  "params/requestedSchema",
  "result/inputRequests/*/params/requestedSchema",
  "result/inputRequests/*/params/tools/inputSchema"
])

const values: ReadonlySet<string> = new Set(["default", "const", "enum", "examples", "example"])

/**
 * The place of a member.
 *
 * @category combinators
 * @since 0.1.0
 */
export const enter = (place: Place, member: string): Place => {
  if (place === "value") return "value"
  if (place === "schema") return values.has(member) ? "value" : "schema"
  if (place.length > 5) return place
  const next = [...place, place[1] === "inputRequests" && place.length === 2 ? "*" : member]
  return places.has(next.join("/")) ? "schema" : next
}
