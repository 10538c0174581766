/**
 * A directory of its own for one test, removed with the scope.
 *
 * Not inside the repository: it is in the system's directory for temporary files.
 *
 * @see https://nodejs.org/api/fs.html#fspromisesmkdtempprefix-options
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as NodePath from "node:path"
import { onLinux } from "./Strategies.ts"

/** What is in a directory: text is a file, an object a directory, a pair `["->", target]` a link. */
export interface Layout {
  readonly [name: string]: string | Uint8Array | readonly ["->", string] | Layout
}

/** Makes a temporary directory with a layout in it; the answer is its real path. */
export const tempDirectory = (layout: Layout): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = Fs.realpathSync(Fs.mkdtempSync(NodePath.join(Os.tmpdir(), "sandbox-")))
      fill(path, layout)
      return path
    }),
    (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
  )

/** Makes what a layout says in a directory. */
export const fill = (directory: string, layout: Layout): void => {
  for (const [name, content] of Object.entries(layout)) {
    const path = NodePath.join(directory, name)
    if (typeof content === "string" || content instanceof Uint8Array) Fs.writeFileSync(path, content)
    else if (isLink(content)) Fs.symlinkSync(content[1], path)
    else {
      Fs.mkdirSync(path)
      fill(path, content)
    }
  }
}

const isLink = (content: Layout | readonly ["->", string]): content is readonly ["->", string] => Array.isArray(content)

/** How many descriptors of this process lead to a path or below it; 0 where there is no `/proc` to tell. */
export const openBelow = (path: string): number =>
  !onLinux ? 0 : Fs.readdirSync("/proc/self/fd").filter((fd) => {
    const target = read(() => Fs.readlinkSync(`/proc/self/fd/${fd}`))
    return target === path || target.startsWith(`${path}/`)
  }).length

/** How many directories this process watches that are one of these; 0 where there is no `/proc` to tell. */
export const watchesOn = (...directories: ReadonlyArray<string>): number => {
  if (!onLinux) return 0
  const inodes = directories.map((directory) => `ino:${Fs.statSync(directory).ino.toString(16)} `)
  return Fs.readdirSync("/proc/self/fdinfo")
    .flatMap((fd) => read(() => Fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")).split("\n"))
    .filter((line) => line.startsWith("inotify ") && inodes.some((inode) => line.includes(inode))).length
}

// A descriptor that was listed may be closed by now.
const read = (look: () => string): string => {
  try {
    return look()
  } catch {
    return ""
  }
}
