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
import { Server } from "@mcp-effect/core/Server"
import { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { join } from "node:path"
import * as Redaction from "./Redaction.ts"
import * as Transcript from "./Transcript.ts"
import * as Names from "./transcript/Names.ts"
import * as RecordedServer from "./transcript/RecordedServer.ts"
import * as TranscriptFile from "./transcript/TranscriptFile.ts"

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
export const toFile = (
  transport: Transport["Service"],
  path: string,
  options: Options = {}
): Effect.Effect<Transport["Service"], Transcript.TranscriptError, Scope.Scope> =>
  Effect.map(
    TranscriptFile.open(path, options),
    (append) => Transcript.record(transport, scribed(append, options), options.side)
  )

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

/**
 * How the sessions of a server are recorded.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerOptions extends Omit<Options, "side"> {
  /** How many sessions and requests are recorded; 1,000 by default. The rest is served all the same. */
  readonly maxFiles?: number
}

/**
 * A server that writes each of its sessions to a file of its own, over whatever transport it is: `session-1.jsonl` and so on in this folder, and
 * `request-1.jsonl` for a request that stands for itself.
 *
 * @category layers
 * @since 0.1.0
 */
export const server =
  (folder: string, options: ServerOptions = {}) =>
  <E, R>(server: Layer.Layer<Server, E, R>): Layer.Layer<Server, E, R> =>
    Layer.effect(
      Server,
      Effect.gen(function*() {
        const served = yield* Server
        let left = options.maxFiles ?? 1000
        const numbers = { session: 0, request: 0 }
        return RecordedServer.make(served, yield* Effect.context<Scope.Scope>(), (kind) =>
          Effect.suspend(() => {
            if (left-- <= 0) return Effect.undefined
            const path = join(folder, `${kind}-${++numbers[kind]}.jsonl`)
            return TranscriptFile.open(path, options).pipe(
              Effect.map((append) => scribed(append, options)),
              Effect.catch((error) => Effect.as(Effect.logError("A session is not recorded", error), undefined))
            )
          }))
      })
    ).pipe(Layer.provide(server))

const scribed = (append: (text: string) => void, options: Options): (line: Transcript.Line) => void => {
  const write = scribe(options)
  return (line) => append(`${Transcript.formatLine(write(line))}\n`)
}
