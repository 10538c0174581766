/**
 * A `Transcript` is a conversation as it went over a wire, line by line: `>` is what the client says, `<` what the server says, `#` is for the
 * reader.
 *
 * It is not bound to a transport: `Recording` writes it down over any, and `Replay` holds either side to it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { readFileSync } from "node:fs"
import * as Delegate from "./wire/Delegate.ts"

/**
 * Who speaks.
 *
 * @category models
 * @since 0.1.0
 */
export type Side = "client" | "server"

/**
 * A message (or in 2025-03-26 a batch of them), who said it, and what is said of it before it, for the reader.
 *
 * @category models
 * @since 0.1.0
 */
export interface Line {
  readonly from: Side
  readonly message: unknown
  readonly remarks?: ReadonlyArray<string>
}

/**
 * A line, and where in the text it stands; the first one is 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry extends Line {
  readonly number: number
  readonly remarks: ReadonlyArray<string>
}

/**
 * A text that is no transcript, or a file that cannot be read.
 *
 * @category errors
 * @since 0.1.0
 */
export class TranscriptError extends Data.TaggedError("TranscriptError")<{
  /** Where the text came from, when that is known. */
  readonly path?: string
  /** The number of the line that is wrong, if it is a line. */
  readonly line?: number
  readonly reason: string
}> {
  override get message(): string {
    return [this.path, this.line === undefined ? undefined : `line ${this.line}`, this.reason]
      .filter((part) => part !== undefined).join(": ")
  }
}

/**
 * What the transcript is of: its first remark, where it begins with one.
 *
 * @category accessors
 * @since 0.1.0
 */
export const title = (entries: ReadonlyArray<Line>): string | undefined => entries[0]?.remarks?.[0]

/**
 * The lines of a text. Members that nobody knows are kept as they are.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<ReadonlyArray<Entry>, TranscriptError> => {
  const entries: Array<Entry> = []
  let remarks: Array<string> = []
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.trim()
    if (content === "") continue
    if (content.startsWith("#")) {
      remarks.push(content.slice(1).trim())
      continue
    }
    const number = index + 1
    const message = messageOf(content)
    if (Result.isFailure(message)) {
      return Result.fail(new TranscriptError({ line: number, reason: message.failure }))
    }
    entries.push({ number, from: content.startsWith(">") ? "client" : "server", message: message.success, remarks })
    remarks = []
  }
  return Result.succeed(entries)
}

const messageOf = (line: string): Result.Result<unknown, string> => {
  if (!/^[<>]/.test(line)) return Result.fail("it begins with none of > (client), < (server) and # (remark)")
  return Result.flatMap(
    Result.try({ try: (): unknown => JSON.parse(line.slice(1)), catch: (cause) => `it is not JSON: ${String(cause)}` }),
    (message) =>
      Predicate.isObject(message) || Array.isArray(message)
        ? Result.succeed(message)
        : Result.fail("a message is an object, or a batch of them")
  )
}

/**
 * The lines of a file.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (path: string): Effect.Effect<ReadonlyArray<Entry>, TranscriptError> =>
  Effect.suspend(() =>
    Effect.fromResult(Result.flatMap(
      Result.try({
        try: () => readFileSync(path, "utf8"),
        catch: (cause) => new TranscriptError({ reason: String(cause) })
      }),
      parse
    ))
  ).pipe(
    Effect.mapError(({ line, reason }) =>
      new TranscriptError({ path, reason, ...(line === undefined ? {} : { line }) })
    )
  )

/**
 * The text of a line, without its remarks.
 *
 * @category encoding
 * @since 0.1.0
 */
export const formatLine = ({ from, message }: Line): string =>
  `${from === "client" ? ">" : "<"} ${JSON.stringify(message)}`

/**
 * The text of a transcript.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = (lines: ReadonlyArray<Line>): string =>
  lines.flatMap((line) => [...(line.remarks ?? []).map((remark) => `# ${remark}\n`), `${formatLine(line)}\n`]).join("")

/**
 * A transport that says what goes over it, in order: that of a client, unless it is the server's.
 *
 * @category combinators
 * @since 0.1.0
 */
export const record = (
  transport: Transport["Service"],
  onLine: (line: Line) => void,
  side: Side = "client"
): Transport["Service"] =>
  Delegate.transport(
    transport,
    (message, relatedTo) =>
      Effect.suspend(() => {
        onLine({ from: side, message })
        return transport.send(message, relatedTo)
      }),
    (receive) =>
      transport.run((json, context) => {
        onLine({ from: side === "client" ? "server" : "client", message: json })
        receive(json, context)
      })
  )
