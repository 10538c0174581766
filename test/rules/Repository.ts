/**
 * Reads the repository's own files for the rules that are checked over it.
 *
 * It is not a rule: rules take a file map, so that a planted violation is a map of a few lines.
 *
 * @since 0.1.0
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import type { FileMap } from "./SourceFile.ts"

/** The root of the repository. */
const root = join(import.meta.dirname, "..", "..")

const skipped = new Set(["node_modules", "dist", "fixtures", ".cache", ".git", "results", "coverage"])

/** The TypeScript files below the given folders (relative to the root), with fixtures and output left out. */
export const read = (folders: ReadonlyArray<string>): FileMap => {
  const files = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) walk(path)
      } else if (entry.isFile() && /\.[cm]?ts$/.test(entry.name)) {
        files.set(path.split(sep).join("/"), readFileSync(join(root, path), "utf8"))
      }
    }
  }
  for (const folder of folders) {
    if (existsSync(join(root, folder))) walk(folder)
  }
  return files
}

/** The `@stability` tag in the header of an effect module (`"effect/Schema"`), `undefined` when it has none. */
export const stability = (specifier: string): string | undefined => {
  const path = join(root, "node_modules/effect/src", `${specifier.slice("effect/".length)}.ts`)
  if (!existsSync(path)) return undefined
  // The first documentation block before any code; a license line or a directive may stand above it.
  const header = /^(?:\uFEFF|\s|\/\/.*|\/\*(?!\*)[\s\S]*?\*\/)*(\/\*\*[\s\S]*?\*\/)/.exec(readFileSync(path, "utf8"))
    ?.[1]
  return header === undefined ? undefined : /@stability (\w+)/.exec(header)?.[1]
}
