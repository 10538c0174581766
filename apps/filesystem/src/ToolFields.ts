/**
 * The fields that the tools of this server have in common, as models read about them.
 *
 * Not checks of paths: whether one is allowed is the sandbox's to say, when it is opened.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool
 */
import * as Schema from "effect/Schema"

/**
 * A path, with a word on what is expected at it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const path = (what: string) =>
  Schema.String.annotate({ description: `${what}: absolute, or relative to the first allowed directory` })

/**
 * What something is.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Kind = Schema.Literals(["file", "directory", "link", "other"])

/**
 * A number of lines.
 *
 * @category schemas
 * @since 0.1.0
 */
export const lines = (what: string) => Schema.Natural.annotate({ description: what })

/**
 * Patterns of what to leave out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const excludePatterns = Schema.optionalKey(
  Schema.Array(Schema.String).annotate({
    description: "Glob patterns of what to leave out with everything below it; without a slash, a name at any depth"
  })
)

/**
 * Whether all there is was seen.
 *
 * @category schemas
 * @since 0.1.0
 */
export const complete = Schema.Boolean.annotate({
  description: "False when a limit cut the answer short or a directory could not be read"
})
