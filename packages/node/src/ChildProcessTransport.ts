/**
 * The `ChildProcessTransport` starts a server as a child process and speaks with it through its standard input and output.
 *
 * It is the client's side of stdio (`StdioTransport` is this process' own), and it does not start a server again that has ended.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import { type Receive, Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as ChildProcess from "./ChildProcess.ts"
import { Noise } from "./Noise.ts"
import * as Stderr from "./Stderr.ts"
import * as StdioTransport from "./StdioTransport.ts"

/**
 * What to start, and its limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends ChildProcess.Options {
  /** The longest line that is read, in UTF-16 units; 4 Mi by default. A longer one is skipped, and so its request is not answered. */
  readonly maxLineLength?: number
  /**
   * How much on standard output may be no message, in bytes without a message between them, where a line counts as 1,024 more. By default
   * four times `maxLineLength`: a message counts until it is complete, and never is as long. More of it fails the transport with `Unintelligible`.
   */
  readonly maxNoise?: number
}

/**
 * A transport to a child process.
 *
 * @category models
 * @since 0.1.0
 */
export type ChildProcessTransport = Transport["Service"] & {
  readonly pid: number
  /**
   * What the server writes to standard error, a line each: the last 256, and then what follows until it has ended. Whoever does not keep up loses
   * the oldest. It is no sign of an error (STDIO-7), and it is not to be trusted.
   */
  readonly stderr: Stream.Stream<string>
}

/**
 * Starts a server and connects to it (STDIO-1). With the scope its input is closed; a server that does not exit within `closeTimeout` gets
 * SIGTERM, and SIGKILL after `terminateTimeout` more, with all of its process group (STDIO-17).
 *
 * `run` succeeds when the server exits with 0 after that, and otherwise fails with `Exited`. What is no message on standard output is skipped with
 * a warning, and never answered (STDIO-4). Standard error is logged at debug level, and the last of it as a warning when the server has ended by itself.
 *
 * A command that does not exist fails at once with `NotStarted`. On Windows the command must be a program, which a `.cmd` is not, and a server that
 * does not exit at the end of its input is ended by force.
 *
 * When this process is killed, the server's input ends. One that ignores that gets the signals all the same, from a small process that
 * stands by, where there is a `/bin/sh`. What holds nowhere: a process that has left the group, and one whose standby was killed too.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
 * import * as Effect from "effect/Effect"
 *
 * const tools = Effect.scoped(Effect.gen(function*() {
 *   const transport = yield* ChildProcessTransport.make({ command: "node", args: ["server.js"] })
 *   const client = yield* Client.make({ name: "host", version: "1.0.0", transport })
 *   return yield* client.tools
 * }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<ChildProcessTransport, TransportError.TransportError, Scope.Scope> {
  const context = yield* Effect.context<never>()
  const clock = yield* Clock.Clock
  const stderr = yield* Stderr.make()
  const child = yield* ChildProcess.make(options)
  stderr.read(child.stderr)
  const unintelligible = Deferred.makeUnsafe<never, TransportError.TransportError>()
  const maxLineLength = options.maxLineLength ?? StdioTransport.defaultMaxLineLength
  const noise = new Noise({
    limit: options.maxNoise ?? 4 * maxLineLength,
    clock,
    log: Effect.runForkWith(context),
    onTooMuch: (size) => {
      child.stdin.end()
      const reason = new TransportError.Unintelligible({ size })
      Deferred.doneUnsafe(unintelligible, Effect.fail(new TransportError.TransportError({ reason })))
    }
  })
  const stdio = StdioTransport.make({
    input: child.stdout,
    output: child.stdin,
    maxLineLength,
    onUnreadable: (line) => noise.line(line ?? "(a line that is too long)")
  })
  // what was sent goes before the end of input; whether it is read is seen by the exit
  yield* Effect.addFinalizer(() => Effect.forkDetach(stdio.flush, { startImmediately: true }))

  const outcome = Effect.flatMap(
    // a server may close its output and then exit (STDIO-19)
    Effect.timeoutOption(child.exited, options.closeTimeout ?? ChildProcess.defaultCloseTimeout).pipe(
      // its last words are to be read
      Effect.tap((ended) => Option.isSome(ended) ? child.closed : Effect.void)
    ),
    Option.match({
      onNone: () => Effect.fail(TransportError.closed()),
      onSome: ({ code, signal }) =>
        code === 0 && child.isEnding
          ? Effect.void
          : exited(new TransportError.Exited({ code, signal, stderr: stderr.lastWords() }))
    })
  )
  const run = (receive: Receive) => {
    const onData = (chunk: Buffer) => noise.bytes(chunk.length)
    const read = stdio.run((json) => {
      if (!isMessage(json)) return noise.line("(JSON that is no JSON-RPC)")
      noise.message()
      receive(json)
    })
    return Effect.suspend(() => {
      child.stdout.on("data", onData)
      return read
    }).pipe(
      Effect.ensuring(Effect.sync(() => child.stdout.off("data", onData))),
      Effect.raceFirst(child.closed),
      Effect.raceFirst(Deferred.await(unintelligible)),
      Effect.andThen(outcome)
    )
  }
  return { send: stdio.send, isCongested: stdio.isCongested, run, pid: child.pid, stderr: stderr.lines }
})

// Why it ended is known by nobody else. It is quoted, so that no control character in it reaches a terminal.
const exited = (reason: TransportError.Exited): Effect.Effect<never, TransportError.TransportError> => {
  const failed = Effect.fail(new TransportError.TransportError({ reason }))
  return reason.stderr.length === 0 ? failed : Effect.andThen(
    Effect.annotateLogs(Effect.logWarning(`The server has ended: ${reason.message}`), {
      stderr: reason.stderr.map((line) => JSON.stringify(line))
    }),
    failed
  )
}

// Programs log in JSON too; what was meant for us says so, well-formed or not. A batch is an array.
const isMessage = (json: unknown): boolean => Array.isArray(json) ? json.some(hasVersion) : hasVersion(json)

const hasVersion = (json: unknown): boolean =>
  typeof json === "object" && json !== null && Object.hasOwn(json, "jsonrpc")

/**
 * A server as a child process, as the transport of one client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Transport, TransportError.TransportError> =>
  Layer.effect(Transport, make(options))
