/**
 * Reading what a `file:` URI names as resource contents: a file as text or blob, a directory as the URIs of what is in it.
 *
 * Not a tool result: what cannot be read is an error of the request here, and what is not allowed does not exist.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#reading-resources
 */
import type * as Progress from "@mcp-effect/core/Progress"
import type { ResourceContents } from "@mcp-effect/core/protocol/Resource"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import type { RequestContext } from "@mcp-effect/core/RequestContext"
import * as Effect from "effect/Effect"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import * as FileUri from "./FileUri.ts"
import { readContents } from "./ReadBinary.ts"
import { readDirectory } from "./ReadDirectory.ts"
import * as ReadReport from "./ReadReport.ts"
import { Sandbox } from "./Sandbox.ts"

/**
 * Reads the resource.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readResource = Effect.fn("filesystem.readResource")(function*(
  uri: string
): Effect.fn.Return<
  ResourceContents,
  ProtocolError.ProtocolError,
  Sandbox | Progress.Progress | RequestContext
> {
  const path = FileUri.toPath(uri)
  if (path === undefined) return yield* ProtocolError.resourceNotFound(uri)
  const report = yield* ReadReport.make
  return yield* readContents(path, report).pipe(
    Effect.map((contents): ResourceContents => {
      const { mimeType } = contents
      return contents._tag === "Text"
        ? { uri, mimeType, text: contents.text }
        : { uri, mimeType, blob: contents.blob }
    }),
    Effect.catchTag("NotAFile", () => entries(uri, path)),
    Effect.mapError((error) => refusal(uri, error))
  )
})

// A list of URIs by RFC 2483, whose comments begin with a number sign.
const entries = (uri: string, path: string): Effect.Effect<ResourceContents, FileError.PathError, Sandbox> =>
  Effect.scoped(Effect.gen(function*() {
    const sandbox = yield* Sandbox
    const { maxEntries } = yield* Limits
    const directory = yield* sandbox.directory(path)
    const { entries, more } = yield* FileError.at(path)(readDirectory(directory, maxEntries))
    const lines = entries.map(({ kind, name }) =>
      FileUri.fromPath(NodePath.join(directory.path, name)) + (kind === "directory" ? "/" : "")
    )
    if (more) lines.push(`# and more: only ${maxEntries} entries are shown`)
    return { uri, mimeType: "text/uri-list", text: lines.map((line) => `${line}\r\n`).join("") }
  }))

/**
 * The error that a request about a URI is answered with.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refusal = (uri: string, error: FileError.FileError): ProtocolError.ProtocolError => {
  switch (error._tag) {
    case "NotFound":
    case "AccessDenied":
    case "InvalidPath":
    case "NotADirectory":
      return ProtocolError.resourceNotFound(uri)
    case "TooLarge":
      return ProtocolError.invalidParams(error.message, { uri })
    default:
      return ProtocolError.internalError(error.message)
  }
}
