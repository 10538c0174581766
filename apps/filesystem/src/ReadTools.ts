/**
 * The tools that read files: one as text, one as media, or many.
 *
 * Not the reading itself (`ReadText`, `ReadBinary`). What is read is content for the model and not structured output: a text that
 * is sent twice costs twice.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result
 */
import * as Progress from "@mcp-effect/core/Progress"
import type { ContentBlock } from "@mcp-effect/core/protocol/Content"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ClientRoots from "./ClientRoots.ts"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import * as FileUri from "./FileUri.ts"
import { type ReadBinary, readBinary } from "./ReadBinary.ts"
import * as ReadReport from "./ReadReport.ts"
import { type Lines, type ReadText, readText } from "./ReadText.ts"
import * as ToolFields from "./ToolFields.ts"

const reads: Tool.Annotations = { readOnly: true, idempotent: true, openWorld: false }

/**
 * Reads text, all of it or some lines.
 *
 * @category tools
 * @since 0.1.0
 */
export const ReadTextFile = Tool.make("read_text_file", {
  title: "Read text file",
  description:
    "Reads a file as UTF-8 text: all of it, the first lines (head), the last lines (tail), or the lines after " +
    "some others (offset, limit). Binary files are refused; read those with read_media_file.",
  input: {
    path: ToolFields.path("The file"),
    head: Schema.optionalKey(ToolFields.lines("Only so many lines from the start")),
    tail: Schema.optionalKey(ToolFields.lines("Only so many lines from the end")),
    offset: Schema.optionalKey(ToolFields.lines("Lines to leave out at the start")),
    limit: Schema.optionalKey(ToolFields.lines("Only so many lines after offset"))
  },
  errors: FileError.all,
  annotations: reads
})

/**
 * Reads an image, a sound or any other file as bytes.
 *
 * @category tools
 * @since 0.1.0
 */
export const ReadMediaFile = Tool.make("read_media_file", {
  title: "Read media file",
  description: "Reads a file as bytes: images and audio as such, anything else as an embedded resource.",
  input: { path: ToolFields.path("The file") },
  errors: FileError.all,
  annotations: reads
})

/**
 * Reads several texts.
 *
 * @category tools
 * @since 0.1.0
 */
export const ReadMultipleFiles = Tool.make("read_multiple_files", {
  title: "Read multiple files",
  description:
    "Reads several text files at once, each as a part of the answer of its own that begins with its path. A file " +
    "that cannot be read says so in its place and does not keep the others from being read.",
  input: {
    paths: Schema.Array(ToolFields.path("A file")).check(Schema.isMinLength(1)).annotate({
      description: "The files to read"
    })
  },
  errors: FileError.all,
  annotations: reads
})

type Choice = Pick<Tool.Input<typeof ReadTextFile>, "head" | "tail" | "offset" | "limit">

const chosen = ({ head, limit, offset, tail }: Choice): Lines | undefined => {
  const range = offset !== undefined || limit !== undefined
  if (Number(head !== undefined) + Number(tail !== undefined) + Number(range) > 1) return undefined
  return head !== undefined
    ? { _tag: "Head", lines: head }
    : tail !== undefined
    ? { _tag: "Tail", lines: tail }
    : range
    ? { _tag: "Range", offset: offset ?? 0, limit }
    : { _tag: "All" }
}

const text = (text: string): ContentBlock => ({ type: "text", text })

// What is not shown is told apart from the text, which stays as it is in the file.
const shown = ({ after, before, lines, text: read }: ReadText): ReadonlyArray<ContentBlock> =>
  before || after
    ? [
      text(read),
      text(
        `Lines read: ${lines}. The file has more ${!before ? "after" : !after ? "before" : "before and after"} them.`
      )
    ]
    : [text(read)]

const media = ({ blob, mimeType, path }: ReadBinary): ContentBlock =>
  mimeType.startsWith("image/")
    ? { type: "image", data: blob, mimeType }
    : mimeType.startsWith("audio/")
    ? { type: "audio", data: blob, mimeType }
    : { type: "resource", resource: { uri: FileUri.fromPath(path), mimeType, blob } }

const readAll = Effect.fnUntraced(function*(paths: ReadonlyArray<string>) {
  const limits = yield* Limits
  if (paths.length > limits.maxFiles) {
    return yield* new FileError.TooLarge({ path: "paths", limit: limits.maxFiles, unit: "files" })
  }
  const content: Array<ContentBlock> = []
  let failed = 0
  let left = limits.maxTextBytes
  for (const [index, path] of paths.entries()) {
    // All files together may be as large as one alone.
    const part = yield* readText(path).pipe(
      Effect.provideService(Limits, { ...limits, maxTextBytes: left }),
      Effect.map((read) => {
        left -= Buffer.byteLength(read.text)
        return `${path}:\n${read.text}`
      }),
      Effect.catch((error) => {
        failed++
        return Effect.succeed(`${path}: ${error.message}`)
      })
    )
    content.push(text(part))
    yield* Progress.report({ progress: index + 1, total: paths.length, message: "files read" })
  }
  return Tool.result({ content, isError: failed === paths.length })
})

/**
 * The tools.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = Layer.mergeAll(
  Server.tool(ReadTextFile, ({ path, ...choice }) => {
    const lines = chosen(choice)
    return lines === undefined
      ? Effect.succeed(Tool.failure("Only one of head, tail, and offset with limit can be asked for"))
      : ClientRoots.within(Effect.flatMap(
        ReadReport.make,
        (report) => Effect.map(readText(path, lines, report), shown)
      ))
  }),
  Server.tool(
    ReadMediaFile,
    ({ path }) =>
      ClientRoots.within(Effect.flatMap(ReadReport.make, (report) => Effect.map(readBinary(path, report), media)))
  ),
  Server.tool(ReadMultipleFiles, ({ paths }) => ClientRoots.within(readAll(paths)))
)
