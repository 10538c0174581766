/**
 * The `Watchdog` ends a process group when this process has gone without doing so: killed, crashed, or by `process.exit`.
 *
 * It is not what ends a server that keeps to the specification: that one exits at the end of its input, which comes with the end of this
 * process in any case. It is for one that does not, and for what a server leaves behind.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { type ChildProcess, spawn } from "node:child_process"
import * as ProcessGroup from "./ProcessGroup.ts"

/**
 * What the watchdog does, and when, after this process has gone; whole seconds, rounded up.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly leader: number
  /** Until SIGTERM. */
  readonly closeTimeout: Duration.Duration
  /** From then until SIGKILL. */
  readonly terminateTimeout: Duration.Duration
}

/**
 * A watchdog that watches.
 *
 * @category models
 * @since 0.1.0
 */
export interface Watchdog {
  /** Calls it off; later calls do nothing. */
  readonly stop: () => void
}

// The end of its input is the end of this process. An id may be given anew once the whole group has ended, so it looks every second whether
// there is still somebody. What it runs is fixed: the numbers are arguments.
const script = `read -r end
wait_for() {
  n=$2
  while [ "$n" -gt 0 ]; do
    kill -s 0 -- "-$1" || exit 0
    sleep 1
    n=$((n - 1))
  done
}
wait_for "$1" "$2"
kill -s TERM -- "-$1" || exit 0
wait_for "$1" "$3"
kill -s KILL -- "-$1"`

// In seconds: what every shell can count to.
const forever = 2 ** 31 - 1

const none: Watchdog = { stop: () => {} }

/**
 * Starts a watchdog: a shell that waits, in a session of its own so that what ends this process by a terminal does not end it too. Where there
 * is no `/bin/sh`, and on Windows, there is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const start = (options: Options): Watchdog => {
  if (!ProcessGroup.isSupported) return none
  const seconds = (duration: Duration.Duration) => `${Math.min(Math.ceil(Duration.toSeconds(duration)), forever)}`
  let shell: ChildProcess
  try {
    shell = spawn(
      "/bin/sh",
      ["-c", script, "sh", `${options.leader}`, seconds(options.closeTimeout), seconds(options.terminateTimeout)],
      { cwd: "/", detached: true, env: { PATH: "/usr/bin:/bin" }, stdio: ["pipe", "ignore", "ignore"] }
    )
  } catch {
    return none
  }
  shell.on("error", () => {})
  shell.stdin?.on("error", () => {})
  // it does not keep this process running
  shell.unref()
  return { stop: () => void shell.kill("SIGKILL") }
}
