/**
 * The ways of holding directories that can be tested on this system.
 *
 * Not only the one in use: the weak way works everywhere.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
import type { OpenAt } from "../../src/OpenAt.ts"
import { openAtHandles } from "../../src/OpenAtHandles.ts"
import { openAtPaths } from "../../src/OpenAtPaths.ts"

/** Whether descriptors, watches and handles can be looked at in `/proc`. */
export const onLinux = process.platform === "linux"

/** By handles where that works, and by paths. */
export const strategies: ReadonlyArray<OpenAt> = onLinux ? [openAtHandles, openAtPaths] : [openAtPaths]
