/**
 * The `StdoutGuard` keeps standard output for the protocol: whatever else the program prints there goes to standard error.
 *
 * It does not reach what bypasses Node's stream, such as a child process that inherits the descriptor.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"

/**
 * Writes text to the real standard output. False when it is full and the writer had better wait for `drain`; `onWritten` is called when the
 * text has left this process (as `stream.Writable.write`).
 *
 * @category models
 * @since 0.1.0
 */
export type Write = (text: string, onWritten?: () => void) => boolean

// Whoever does not read standard error has no use for what is printed there, and that is no reason to end the process.
const ignore = () => {}

/**
 * Takes standard output until the scope ends (STDIO-3), and gives the only way to write to it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const acquire: Effect.Effect<Write, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const { stderr, stdout } = process
      const { end, write } = stdout
      // the overloads of `write` differ in their optional arguments only, and all of them are handed on
      stdout.write = ((...args: Parameters<typeof stderr.write>) => stderr.write(...args)) as typeof stdout.write
      // nor does anyone else end it: what is piped there would
      stdout.end = ((...args: Parameters<typeof stderr.write>) => {
        if (args[0] !== undefined && typeof args[0] !== "function") stderr.write(...args)
        return stdout
      }) as typeof stdout.end
      if (!stderr.listeners("error").includes(ignore)) stderr.on("error", ignore)
      return { stdout, write, end }
    }),
    ({ end, stdout, write }) =>
      Effect.sync(() => {
        stdout.write = write
        stdout.end = end
      })
  ),
  ({ stdout, write }) => (text, onWritten) => write.call(stdout, text, "utf8", onWritten)
)

/**
 * Takes standard output for as long as the process lives: for after the last message, when what is left running may still print.
 *
 * @category constructors
 * @since 0.1.0
 */
export const seal: Effect.Effect<void> = Effect.suspend(() => Effect.asVoid(Scope.provide(acquire, Scope.makeUnsafe())))
