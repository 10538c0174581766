/**
 * The `PageSize` is how many items a page of a list has in the servers that are built with it, whatever their own options say.
 *
 * It is not that option (`Server.Options`), which is the author's: who tests how a server lists things needs pages that end.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * The page size of the servers that are built with this context; their own by default.
 *
 * @category references
 * @since 0.1.0
 */
export const PageSize = Context.Reference<number | undefined>("@mcp-effect/core/PageSize", {
  defaultValue: () => undefined
})
