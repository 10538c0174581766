/**
 * A `Corpus` is a folder of cases that were found once: what a client said, and what was wrong with the answer, so that it never is again.
 *
 * It is not a transcript of two sides: what has to be answered is for the law that a case is tried with. `> ` comes before a message, as in transcripts;
 * `>" ` before text that is not the JSON of one, written as a JSON string; `>* ` before bytes that are no text, in base64; `# ` before what is for the
 * reader.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/**
 * A case. `said` are the bytes of one message each, without what frames it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Case {
  /** The name of its file. */
  readonly name: string
  /** What was wrong, in one line or several. */
  readonly about: string
  readonly said: ReadonlyArray<Uint8Array>
}

/**
 * The folder cannot be read or written, or a file in it is no case.
 *
 * @category errors
 * @since 0.1.0
 */
export class CorpusError extends Schema.TaggedError<CorpusError>()("CorpusError", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The corpus cannot be used: ${this.path}: ${String(this.cause)}`
  }
}

/**
 * All cases of a folder, in order of their names.
 *
 * @example
 * ```ts
 * import * as Corpus from "@mcp-effect/testkit/Corpus"
 * import * as Effect from "effect/Effect"
 *
 * declare const isAnsweredRightly: (said: ReadonlyArray<Uint8Array>) => Effect.Effect<boolean>
 *
 * // what was found once, and is wrong again
 * const wrong = Effect.flatMap(
 *   Corpus.read("test/corpus"),
 *   Effect.filter(({ said }) => Effect.map(isAnsweredRightly(said), (isRight) => !isRight))
 * )
 * ```
 *
 * @category reading
 * @since 0.1.0
 */
export const read = (folder: string): Effect.Effect<ReadonlyArray<Case>, CorpusError> =>
  attempt(folder, async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(extension)).toSorted()
    return Promise.all(names.map(async (name) => parse(name, await readFile(join(folder, name), "utf8"))))
  })

/**
 * Writes a case into the folder, which is made if it is not there. Its name is that of its content, so that nothing is there twice.
 *
 * @category writing
 * @since 0.1.0
 */
export const add = (folder: string, found: Omit<Case, "name">): Effect.Effect<string, CorpusError> => {
  const lines = found.said.map(formatLine)
  const name = `${createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 12)}${extension}`
  const path = join(folder, name)
  return attempt(path, async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(path, format(found))
    return path
  })
}

/**
 * The text of a case.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = ({ about, said }: Omit<Case, "name">): string =>
  [...about.split("\n").map((line) => `# ${line}`), ...said.map(formatLine)].map((line) => `${line}\n`).join("")

/**
 * The case of a text; throws at a line that is none.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (name: string, text: string): Case => {
  const about: Array<string> = []
  const said: Array<Uint8Array> = []
  for (const [index, line] of text.split("\n").entries()) {
    const rest = line.slice(line.indexOf(" ") + 1)
    if (line === "") continue
    else if (line.startsWith("# ")) about.push(rest)
    else if (line.startsWith("> ")) said.push(encoder.encode(rest))
    else if (line.startsWith(`>" `)) said.push(encoder.encode(JSON.parse(rest)))
    else if (line.startsWith(">* ")) said.push(Buffer.from(rest, "base64"))
    else throw new Error(`${name}:${index + 1} is no line of a case`)
  }
  return { name, about: about.join("\n"), said }
}

const extension = ".txt"

const encoder = new TextEncoder()

const formatLine = (bytes: Uint8Array): string => {
  const text = Result.try(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes))
  if (Result.isFailure(text)) return `>* ${Buffer.from(bytes).toString("base64")}`
  return isMessage(text.success) ? `> ${text.success}` : `>" ${JSON.stringify(text.success)}`
}

// What is written as JSON writes it loses nothing by being read as JSON.
const isMessage = (text: string): boolean => {
  const json = Result.try((): unknown => JSON.parse(text))
  return Result.isSuccess(json) && JSON.stringify(json.success) === text
}

const attempt = <A>(path: string, use: () => Promise<A>): Effect.Effect<A, CorpusError> =>
  Effect.tryPromise({ try: use, catch: (cause) => new CorpusError({ path, cause }) })
