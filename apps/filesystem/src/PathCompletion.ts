/**
 * Suggestions for a path that someone is typing into the template of file URIs.
 *
 * Not a search: it looks into one directory, the one that was typed so far. Nothing outside of what the request may reach is
 * suggested (COMP-7).
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 */
import * as Effect from "effect/Effect"
import * as NodePath from "node:path"
import { Limits } from "./FileLimits.ts"
import { readDirectory } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"

/**
 * Suggests values for the variable of `file:///{+path}`: paths without their leading slash, directories with a trailing one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const completePath = Effect.fn("filesystem.completePath")(function*(
  value: string
): Effect.fn.Return<ReadonlyArray<string>, never, Sandbox> {
  const sandbox = yield* Sandbox
  const typed = unescape(value)
  const roots = sandbox.roots.map((root) => `${variable(root.given)}/`)
    .filter((root) => root.startsWith(typed) && root !== typed)
  const below = yield* inside(typed)
  return [...new Set([...roots, ...below])].map(escape)
})

const inside = (typed: string): Effect.Effect<ReadonlyArray<string>, never, Sandbox> =>
  Effect.scoped(Effect.gen(function*() {
    const sandbox = yield* Sandbox
    const { maxEntries } = yield* Limits
    const end = typed.lastIndexOf("/") + 1
    const directory = yield* sandbox.directory(NodePath.resolve("/", typed.slice(0, end)))
    const { entries } = yield* readDirectory(directory, maxEntries)
    return entries
      .filter(({ name }) => name.startsWith(typed.slice(end)))
      .map(({ kind, name }) => `${typed.slice(0, end)}${name}${kind === "directory" ? "/" : ""}`)
  })).pipe(
    // What is not there or not allowed has nothing to suggest.
    Effect.catch(() => Effect.succeed([]))
  )

const variable = (path: string): string => path.split(NodePath.sep).join("/").replace(/^\//, "")

// A reserved expansion keeps these three as they are, and none of them means itself in the path of a URI.
const escape = (path: string): string => path.replace(/[%#?]/g, encodeURIComponent)

const unescape = (value: string): string => value.replace(/%(25|23|3f)/gi, decodeURIComponent)
