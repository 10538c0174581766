/**
 * A `ProcessGroup` is a process that leads a group, and all that it has started in turn.
 *
 * It is not a handle: it is known by the id of its leader, which means nothing any more when all of the group have ended.
 *
 * @since 0.1.0
 */
import { execFile } from "node:child_process"
import { join } from "node:path"

/**
 * Whether processes of one group can be told to end together. On Windows there are no groups; there it is the tree below a living leader.
 *
 * @category constants
 * @since 0.1.0
 */
export const isSupported = process.platform !== "win32"

/**
 * Tells all of a group to end. On Windows nothing but force reaches a process without a window, so both signals end the tree.
 *
 * @category combinators
 * @since 0.1.0
 */
export const signal = (leader: number, name: "SIGTERM" | "SIGKILL"): void => {
  if (isSupported) return void send(leader, name)
  const taskkill = join(process.env["SYSTEMROOT"] ?? "C:\\Windows", "System32", "taskkill.exe")
  execFile(taskkill, ["/pid", `${leader}`, "/t", "/f"], { windowsHide: true }, () => {})
}

/**
 * Whether a process of the group can still be told something. False on Windows, where only a living leader has a tree.
 *
 * @category combinators
 * @since 0.1.0
 */
export const isAlive = (leader: number): boolean => isSupported && send(leader, 0)

const send = (leader: number, name: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-leader, name)
  } catch {
    // gone, or of another user now, and then nothing can be done either
    return false
  }
}
