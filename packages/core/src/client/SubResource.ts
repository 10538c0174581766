/**
 * A `SubResource` is what lies within another resource by its URI: a file in a directory, a row of a table.
 *
 * What a server thinks lies within what is not known here: only the text of URIs is looked at, and nothing is normalised.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/resources#subscriptions
 *
 * @since 0.1.0
 */

const closing = new Set(["/", "?", "#", ":"])
const opening = new Set(["/", "?", "#"])

/**
 * Whether a resource is this one, or lies within it (RES-8, SUB-12).
 *
 * @category guards
 * @since 0.1.0
 */
export const isWithin = (uri: string, resource: string): boolean =>
  uri.startsWith(resource) && (
    uri.length === resource.length ||
    closing.has(resource.charAt(resource.length - 1)) ||
    opening.has(uri.charAt(resource.length))
  )
