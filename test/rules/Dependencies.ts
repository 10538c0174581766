/**
 * The rules of what may import what.
 *
 * They are not the linter's: the linter sees one file at a time, and knows neither stability tags nor the direction of packages.
 *
 * @since 0.1.0
 */
import { dirname, join } from "node:path/posix"
import type { FileMap, Import, SourceFile } from "./SourceFile.ts"
import { parseAll } from "./SourceFile.ts"

/** The packages a package or an app may import, itself left out. */
const directions: Readonly<Record<string, ReadonlyArray<string>>> = {
  "packages/core": [],
  "packages/http": ["core"],
  "packages/node": ["core", "http"],
  "packages/testkit": ["core", "http", "node"],
  "apps/everything": ["core", "http", "node"],
  "apps/filesystem": ["core", "http", "node"]
}

const home = (path: string): string => path.split("/").slice(0, 2).join("/")

const isSource = (path: string): boolean => /^(packages|apps)\/[^/]+\/src\//.test(path)

const mayUseNode = (path: string): boolean =>
  home(path) === "packages/node" || home(path) === "packages/testkit" || path.startsWith("apps/")

/** Beside effect; what declares tests needs who runs them. */
const mayUseVitest = (path: string): boolean => path === "packages/testkit/src/Vitest.ts"

const nodeBuiltin = /^node:/

const eachImport = (
  files: FileMap,
  where: (path: string) => boolean,
  rule: (file: SourceFile, found: Import) => string | undefined
): ReadonlyArray<string> =>
  parseAll(new Map([...files].filter(([path]) => where(path)))).flatMap((file) =>
    file.imports.flatMap((found) => {
      const message = rule(file, found)
      return message === undefined ? [] : [`${file.path}:${found.line} ${message}`]
    })
  )

/** Sources import their own files, the packages below them, effect, and Node only where Node is allowed; nothing else. */
export const packageDirection = (files: FileMap): ReadonlyArray<string> =>
  eachImport(files, isSource, (file, { specifier }) => {
    const from = home(file.path)
    if (specifier.startsWith(".")) {
      return join(dirname(file.path), specifier).startsWith(`${from}/src/`)
        ? undefined
        : `leaves its package by ${specifier}`
    }
    const sibling = /^@mcp-effect\/([^/]+)(\/internal\/)?/.exec(specifier)
    if (sibling !== null) {
      if (sibling[2] !== undefined) return `imports the internals of ${sibling[1]}`
      return directions[from]?.includes(sibling[1] ?? "") === true ? undefined : `may not import ${specifier}`
    }
    if (nodeBuiltin.test(specifier) || /^@effect\/platform-node(\/|$)/.test(specifier)) {
      return mayUseNode(file.path) ? undefined : `is platform neutral and may not import ${specifier}`
    }
    if (specifier === "@effect/vitest" && mayUseVitest(file.path)) return undefined
    return specifier.startsWith("effect/") ? undefined : `may not import ${specifier}`
  })

/** Nothing outside an app imports it. */
export const nothingImportsApps = (files: FileMap): ReadonlyArray<string> =>
  eachImport(files, () => true, (file, { specifier }) => {
    const target = specifier.startsWith(".") ? join(dirname(file.path), specifier) : specifier
    const app = /^(?:apps|@mcp-effect)\/(everything|filesystem)(\/|$)/.exec(target)?.[1]
    return app === undefined || home(file.path) === `apps/${app}` ? undefined : `imports the app ${app}`
  })

/** Core imports only effect modules whose header says stable, or that are named with a reason; a name without need is a violation too. */
export const stableOnly = (
  files: FileMap,
  stability: (specifier: string) => string | undefined,
  exceptions: Readonly<Record<string, string>>
): ReadonlyArray<string> => {
  const used = new Set<string>()
  const violations = eachImport(files, (path) => path.startsWith("packages/core/src/"), (_, { specifier }) => {
    if (!specifier.startsWith("effect/")) return undefined
    const tag = stability(specifier)
    if (tag === "stable") return undefined
    used.add(specifier)
    return specifier in exceptions ? undefined : `imports ${specifier}, which is ${tag ?? "not tagged"}`
  })
  const idle = Object.keys(exceptions).filter((specifier) => !used.has(specifier))
  return [...violations, ...idle.map((specifier) => `the exception for ${specifier} is not needed`)]
}

/** No file reaches itself over relative imports, types included; each cycle is told once. */
export const noCycles = (files: FileMap): ReadonlyArray<string> => {
  const edges = new Map(
    parseAll(files).map((file) => [
      file.path,
      file.imports
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => join(dirname(file.path), specifier))
        .filter((path) => files.has(path))
    ])
  )
  const cycles: Array<string> = []
  const done = new Set<string>()
  const trail: Array<string> = []
  const walk = (path: string): void => {
    const at = trail.indexOf(path)
    if (at !== -1) {
      cycles.push([...trail.slice(at), path].join(" → "))
    } else if (!done.has(path)) {
      trail.push(path)
      for (const next of edges.get(path) ?? []) walk(next)
      trail.pop()
      done.add(path)
    }
  }
  for (const path of edges.keys()) walk(path)
  return cycles
}
