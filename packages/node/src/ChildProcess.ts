/**
 * A `ChildProcess` is a server that this program has started, in a process group of its own, and that ends with the scope: at the end of its
 * input, or else by force.
 *
 * It knows no messages; `ChildProcessTransport` speaks with it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown
 *
 * @since 0.1.0
 */
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import * as ChildEnvironment from "./ChildEnvironment.ts"
import * as ProcessGroup from "./ProcessGroup.ts"
import * as Watchdog from "./Watchdog.ts"

/**
 * What to start, and how long it may take to end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** A program, by its path or to be found in the `PATH` that it is given. No shell reads it, nor the arguments. */
  readonly command: string
  readonly args?: ReadonlyArray<string>
  /** Where it runs; where this process does by default. */
  readonly cwd?: string
  /** What the server is given of its own: its credentials, say (STDIO-22). */
  readonly env?: Readonly<Record<string, string>>
  /** The names of what it inherits of this process' environment; `ChildEnvironment.defaultInherited` by default, which holds no secrets. */
  readonly inheritEnv?: ReadonlyArray<string>
  /** How long it has to exit after the end of its input, until it is told to (SIGTERM); 2 seconds by default. */
  readonly closeTimeout?: Duration.Input
  /** How long it has from then on, until it is killed; 2 seconds by default. */
  readonly terminateTimeout?: Duration.Input
  /** Whether a small process stands by to end the server when this one is killed and the server ignores the end of its input; true by default. */
  readonly watchdog?: boolean
}

/**
 * How a process has ended: by itself with a code, or by a signal.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A process that was started.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChildProcess extends Pick<ChildProcessWithoutNullStreams, "stdin" | "stdout" | "stderr"> {
  readonly pid: number
  readonly exited: Effect.Effect<Ended>
  /** It has exited, and all that it wrote has been read, or a second has passed. */
  readonly closed: Effect.Effect<void>
  /** Whether it was us who ended it. */
  readonly isEnding: boolean
}

/**
 * How long a server has to exit by itself by default.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultCloseTimeout: Duration.Duration = Duration.seconds(2)

/**
 * How long a server that was told to exit has by default.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultTerminateTimeout: Duration.Duration = Duration.seconds(2)

// What was killed and does not end hangs in the kernel, and nobody can wait for that.
const killTimeout = Duration.seconds(1)

// When a process has exited, what it wrote before is there to be read; one that it has left behind may keep the pipes open.
const lastReadTimeout = Duration.seconds(1)

// How often we look whether what the server has left behind has gone: nobody tells us.
const pollInterval = Duration.millis(20)

/**
 * Starts a process; it ends with the scope (STDIO-17). What it has started itself ends with it, unless that has left the process group.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<ChildProcess, TransportError.TransportError, Scope.Scope> =>
  Effect.acquireRelease(start(options), (child) => child.end)

class ChildProcessLive implements ChildProcess {
  readonly pid: number
  readonly stdin: ChildProcessWithoutNullStreams["stdin"]
  readonly stdout: ChildProcessWithoutNullStreams["stdout"]
  readonly stderr: ChildProcessWithoutNullStreams["stderr"]
  readonly #closeTimeout: Duration.Duration
  readonly #terminateTimeout: Duration.Duration
  readonly #watchdog: Watchdog.Watchdog | undefined
  readonly #exited = Deferred.makeUnsafe<Ended>()
  readonly #closed = Deferred.makeUnsafe<void>()
  // all of the process group have ended, as far as they can be made to
  readonly #gone = Deferred.makeUnsafe<void>()
  #isEnding = false

  constructor(child: ChildProcessWithoutNullStreams, pid: number, options: Options) {
    this.pid = pid
    this.stdin = child.stdin
    this.stdout = child.stdout
    this.stderr = child.stderr
    this.#closeTimeout = Duration.fromInputUnsafe(options.closeTimeout ?? defaultCloseTimeout)
    this.#terminateTimeout = Duration.fromInputUnsafe(options.terminateTimeout ?? defaultTerminateTimeout)
    this.#watchdog = options.watchdog === false
      ? undefined
      : Watchdog.start({ leader: pid, closeTimeout: this.#closeTimeout, terminateTimeout: this.#terminateTimeout })
    // a stream that breaks ends the connection by its `close`, and must not end this process
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {})
    child.once("close", () => Deferred.doneUnsafe(this.#closed, Effect.void))
    child.once("exit", (code, signal) => {
      Deferred.doneUnsafe(this.#exited, Effect.succeed({ code, signal }))
      // asked at once, or not at all: the id of a group that has ended may soon be that of another
      Effect.runFork(ProcessGroup.isAlive(pid) ? Effect.ensuring(this.#endGroup, this.#leave) : this.#leave)
    })
  }

  get exited(): Effect.Effect<Ended> {
    return Deferred.await(this.#exited)
  }

  get closed(): Effect.Effect<void> {
    return Effect.andThen(
      this.exited,
      Effect.timeoutOption(Effect.interruptible(Deferred.await(this.#closed)), lastReadTimeout)
    )
  }

  get isEnding(): boolean {
    return this.#isEnding
  }

  /** Closes its input, waits, tells it to end, waits, and kills it. */
  get end(): Effect.Effect<void> {
    return Effect.gen({ self: this }, function*() {
      this.#isEnding = true
      this.stdin.end()
      if (!(yield* this.#exitsWithin(this.#closeTimeout))) {
        ProcessGroup.signal(this.pid, "SIGTERM")
        if (!(yield* this.#exitsWithin(this.#terminateTimeout))) ProcessGroup.signal(this.pid, "SIGKILL")
      }
      if (yield* this.#exitsWithin(killTimeout)) {
        yield* Effect.andThen(Deferred.await(this.#gone), this.closed)
      }
      for (const stream of [this.stdin, this.stdout, this.stderr]) stream.destroy()
    })
  }

  #exitsWithin(timeout: Duration.Duration): Effect.Effect<boolean> {
    return Effect.map(Effect.timeoutOption(Effect.interruptible(this.exited), timeout), Option.isSome)
  }

  // What the leader has left behind: it is told to end, and then killed.
  get #endGroup(): Effect.Effect<void> {
    return Effect.gen({ self: this }, function*() {
      ProcessGroup.signal(this.pid, "SIGTERM")
      if (Option.isSome(yield* Effect.timeoutOption(this.#groupIsGone, this.#terminateTimeout))) return
      ProcessGroup.signal(this.pid, "SIGKILL")
      yield* Effect.timeoutOption(this.#groupIsGone, killTimeout)
    })
  }

  get #groupIsGone(): Effect.Effect<void> {
    return Effect.suspend(() =>
      ProcessGroup.isAlive(this.pid) ? Effect.andThen(Effect.sleep(pollInterval), this.#groupIsGone) : Effect.void
    )
  }

  get #leave(): Effect.Effect<void> {
    return Effect.sync(() => {
      this.#watchdog?.stop()
      Deferred.doneUnsafe(this.#gone, Effect.void)
    })
  }
}

const start = (options: Options) =>
  Effect.callback<ChildProcessLive, TransportError.TransportError>((resume) => {
    const fail = (cause: unknown) => resume(Effect.fail(notStarted(options, cause)))
    try {
      const child = spawn(options.command, options.args ?? [], {
        cwd: options.cwd,
        env: ChildEnvironment.make(options.env, options.inheritEnv),
        // a group of its own, so that all of it can be ended, and so that what ends this process by a terminal is left to us to pass on
        detached: ProcessGroup.isSupported,
        stdio: "pipe",
        shell: false,
        windowsHide: true
      })
      child.on("error", fail)
      if (child.pid === undefined) return
      const started = new ChildProcessLive(child, child.pid, options)
      child.once("spawn", () => resume(Effect.succeed(started)))
    } catch (cause) {
      fail(cause)
    }
  })

// no more processes, files or memory for now
const scarcities: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"])

const notStarted = ({ command, cwd }: Options, cause: unknown) => {
  const code = cause instanceof Error && "code" in cause ? `${cause.code}` : "unknown"
  const why = code === "EACCES"
    ? "it is no program, or may not be run (EACCES)"
    : code !== "ENOENT"
    ? code
    : cwd !== undefined && !existsSync(cwd)
    // Node tells the two apart no more than the system does
    ? `there is no directory ${cwd}`
    : /\s/.test(command)
    ? "there is no such command (its arguments go into `args`)"
    : "there is no such command"
  return new TransportError.TransportError({
    reason: new TransportError.NotStarted({
      message: `"${command}" could not be started: ${why}`,
      isTransient: scarcities.has(code),
      cause
    })
  })
}
