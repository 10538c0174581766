/**
 * A `Recording` is a file that a live session is written to as it goes on, a transcript that can be replayed.
 *
 * It is not a log: what is secret is taken out before anything is written, what differs from run to run has a name, and what a transport knows
 * beside the messages (headers, for example) is never there.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { closeSync, openSync, writeSync } from "node:fs"
import * as Redaction from "./Redaction.ts"
import * as Transcript from "./Transcript.ts"
import * as Names from "./transcript/Names.ts"

/**
 * What is recorded, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Names.Rules {
  /** What the transcript is of; its first line. */
  readonly title?: string
  /** Whose end of the connection it is: `client` by default. */
  readonly side?: Transcript.Side
  /** What is secret; `Redaction.defaults` unless somebody says otherwise. */
  readonly redaction?: Redaction.Rules
  /** How much is written, in UTF-16 units; 64 Mi by default. The rest is left out. */
  readonly maxSize?: number
}

/**
 * Makes lines of what is said as they are written: without secrets, and with names in the place of what differs from run to run.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scribe = (options: Options = {}): (line: Transcript.Line) => Transcript.Line => {
  const redact = Redaction.make(options.redaction)
  const naming = new Names.Naming(options)
  return ({ from, message }) => ({ from, message: naming.hide(from, redact(asWritten(message))) })
}

// A message is looked at as the JSON that it becomes.
const asWritten = (message: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(message))
  } catch {
    return { jsonrpc: "2.0", method: "«not JSON»" }
  }
}

/**
 * Writes what goes over a transport to a file, which only its owner can read, until the scope ends. A file that is there is written anew. When it
 * cannot be written any more, that is logged, and the session goes on.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
 * import * as Recording from "@mcp-effect/testkit/Recording"
 * import * as Effect from "effect/Effect"
 *
 * const session = Effect.scoped(Effect.gen(function*() {
 *   const transport = yield* ChildProcessTransport.make({ command: "node", args: ["server.js"] })
 *   const recorded = yield* Recording.toFile(transport, "tools.jsonl", { title: "The tools of the server" })
 *   const client = yield* Client.make({ name: "host", version: "1.0.0", transport: recorded })
 *   return yield* client.request("tools/list", {})
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const toFile = Effect.fnUntraced(function*(
  transport: Transport["Service"],
  path: string,
  options: Options = {}
): Effect.fn.Return<Transport["Service"], Transcript.TranscriptError, Scope.Scope> {
  const context = yield* Effect.context<never>()
  const write = scribe(options)
  let left = options.maxSize ?? 64 * 1024 * 1024
  const file = yield* Effect.acquireRelease(
    Effect.try({
      try: () => openSync(path, "w", 0o600),
      catch: (cause) => new Transcript.TranscriptError({ path, reason: String(cause) })
    }),
    (file) =>
      Effect.sync(() => {
        // the number of the file may soon be that of another
        left = 0
        closeSync(file)
      })
  )
  const append = (text: string) => {
    if (left <= 0) return
    left -= text.length
    const written = left >= 0 ? text : "# What came then is left out: there is a limit to what is written\n"
    try {
      writeSync(file, written)
    } catch (cause) {
      left = 0
      Effect.runForkWith(context)(Effect.logError("A transcript cannot be written any more", cause))
    }
  }
  if (options.title !== undefined) append(`# ${options.title.replaceAll(/\s+/g, " ")}\n`)
  return Transcript.record(transport, (line) => append(`${Transcript.formatLine(write(line))}\n`), options.side)
})

/**
 * A transport that writes what goes over it to a file.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer =
  (path: string, options?: Options) =>
  <E, R>(transport: Layer.Layer<Transport, E, R>): Layer.Layer<Transport, E | Transcript.TranscriptError, R> =>
    Layer.effect(Transport, Effect.flatMap(Transport, (transport) => toFile(transport, path, options))).pipe(
      Layer.provide(transport)
    )
