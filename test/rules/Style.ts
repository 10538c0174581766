/**
 * The rules of house style that a machine can see: names, sizes, headers, documentation, and the syntax core does without.
 *
 * They are not formatting (dprint) and not ordinary lint (oxlint).
 *
 * @since 0.1.0
 */
import type { FileMap, Node, SourceFile } from "./SourceFile.ts"
import { parse, parseAll, stringOf, visit } from "./SourceFile.ts"

/** The most lines a source file may have. */
const maxLines = 400

const isSource = (path: string): boolean => /^(packages|apps)\/[^/]+\/src\//.test(path)

const isPackageSource = (path: string): boolean => /^packages\/[^/]+\/src\//.test(path)

const only = (files: FileMap, where: (path: string) => boolean): FileMap =>
  new Map([...files].filter(([path]) => where(path)))

const nodes = (file: SourceFile, rule: (node: Node, parent: Node | undefined) => string | undefined): Array<string> => {
  const found: Array<string> = []
  visit(file.program, (node, parent) => {
    const message = rule(node, parent)
    if (message !== undefined) found.push(`${file.path}:${file.line(node)} ${message}`)
  })
  return found
}

/** No file is longer than the limit. */
export const fileLength = (files: FileMap): ReadonlyArray<string> =>
  [...files].flatMap(([path, text]) => {
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0)
    return lines > maxLines ? [`${path} has ${lines} lines, ${maxLines} is the limit`] : []
  })

/** Nothing is named for being shared, and a source file has the name of its concept: `PascalCase.ts`, `index.ts` or `main.ts`. */
export const fileNames = (files: FileMap): ReadonlyArray<string> =>
  [...files.keys()].flatMap((path) => {
    const vague = path.split("/").map((part) => part.replace(/\..*$/, "")).find((part) =>
      /^(utils?|common|shared|helpers?|types|misc)$/i.test(part)
    )
    if (vague !== undefined) return [`${path} is named ${vague}, which says nothing`]
    const name = path.slice(path.lastIndexOf("/") + 1)
    return !isSource(path) || /^([A-Z][A-Za-z0-9]*|index|main)\.ts$/.test(name) ? [] : [`${path} is not PascalCase`]
  })

/** Only the code of a revision knows a revision's date; comments may name it. */
export const datesStayInRevisions = (files: FileMap): ReadonlyArray<string> =>
  parseAll(only(files, (path) => isPackageSource(path) && !path.includes("/revision/"))).flatMap((file) =>
    nodes(file, (node) => {
      const date = /2024-11-05|2025-03-26|2025-06-18|2025-11-25|2026-07-28/.exec(stringOf(node) ?? "")?.[0]
      return date === undefined ? undefined : `names the revision ${date} outside revision/`
    })
  )

const globals = new Set([
  "Promise",
  "AbortController",
  "AbortSignal",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask"
])

const isMemberName = (node: Node, parent: Node | undefined): boolean =>
  parent !== undefined && parent["computed"] !== true && (parent["property"] === node || parent["key"] === node)

/** Core is written in Effect alone: no `try`, `async`, `await`, promises, abort signals or timers. */
export const coreIsEffectOnly = (files: FileMap): ReadonlyArray<string> =>
  parseAll(only(files, (path) => path.startsWith("packages/core/src/"))).flatMap((file) =>
    nodes(file, (node, parent) => {
      if (node.type === "TryStatement") return "uses try"
      if (node["async"] === true) return "uses async"
      if (node.type === "AwaitExpression") return "uses await"
      const name = node["name"]
      return node.type === "Identifier" && typeof name === "string" && globals.has(name) && !isMemberName(node, parent)
        ? `uses ${name}`
        : undefined
    })
  )

/** Nothing is cast to `any`. */
export const noCastToAny = (files: FileMap): ReadonlyArray<string> =>
  parseAll(files).flatMap((file) =>
    nodes(file, (node) => {
      const annotation = node["typeAnnotation"]
      const isAny = typeof annotation === "object" && annotation !== null && "type" in annotation &&
        annotation.type === "TSAnyKeyword"
      return node.type === "TSAsExpression" && isAny ? "casts to any" : undefined
    })
  )

/** Effect's modules come in by name (`* as Schema`), and only `index.ts` passes whole modules on. */
export const namespaceImports = (files: FileMap): ReadonlyArray<string> =>
  parseAll(only(files, isSource)).flatMap((file) =>
    file.imports.flatMap(({ form, line, specifier }) => {
      const index = file.path.endsWith("/src/index.ts")
      if (form === "named" && specifier.startsWith("effect/") && specifier !== "effect/Function") {
        return [`${file.path}:${line} imports names out of ${specifier}`]
      }
      return form === "reexport-all" && !index ? [`${file.path}:${line} is a barrel of ${specifier}`] : []
    })
  )

/** Each library file opens with a comment that says what it is, what it is not, and since when it exists. */
export const headers = (files: FileMap): ReadonlyArray<string> =>
  [...only(files, (path) => isPackageSource(path) && !path.endsWith("/src/index.ts"))].flatMap(([path, text]) => {
    // a program may say first what runs it
    const header = /^\/\*\*[\s\S]*?\*\//.exec(text.replace(/^#!.*\n/, ""))?.[0]
    if (header === undefined) return [`${path} has no header`]
    // Prose ends where the tags or the page of the specification begin; what it is not stands in a paragraph of its own.
    const prose = header.replace(/^\/\*\*|\*\/$|^[ \t]*\*[ \t]?/gm, "").split(/^(?:@|Spec:)/m)[0] ?? ""
    const paragraphs = prose.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== "")
    if (paragraphs.length < 2) return [`${path} does not say what it is not`]
    return /@since \d+\.\d+\.\d+/.test(header) ? [] : [`${path} does not say since when it exists`]
  })

const declaredNames = (declaration: Node): ReadonlyArray<string> => {
  const named = (node: unknown): ReadonlyArray<string> =>
    typeof node === "object" && node !== null && "id" in node && typeof node.id === "object" && node.id !== null &&
      "name" in node.id && typeof node.id.name === "string" ?
      [node.id.name] :
      []
  const declarations = declaration["declarations"]
  return Array.isArray(declarations) ? declarations.flatMap(named) : named(declaration)
}

/** Each export of a library has a sentence, one `@category` and `@since`; a second declaration of its name (a companion type) needs none. */
export const documentation = (files: FileMap): ReadonlyArray<string> =>
  [...only(files, (path) => isPackageSource(path) && !path.includes("/internal/"))].flatMap(([path, text]) => {
    const file = parse(path, text)
    const seen = new Set<string>()
    return nodes(file, (node) => {
      const declaration = node["declaration"]
      if (node.type !== "ExportNamedDeclaration" || typeof declaration !== "object" || declaration === null) {
        return undefined
      }
      // A declaration is a node: the parser's shape, narrowed by the check above.
      const names = declaredNames(declaration as Node).filter((name) => !seen.has(name))
      names.forEach((name) => seen.add(name))
      const name = names[0]
      if (name === undefined) return undefined
      const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(text.slice(0, node.start))?.[0]
      if (comment === undefined) return `${name} is not documented`
      if (!/^\/\*\*[\s*]*[^\s@*]/.test(comment)) return `${name} has no sentence`
      if ((comment.match(/@category /g)?.length ?? 0) !== 1) return `${name} has not one @category`
      return /@since \d+\.\d+\.\d+/.test(comment) ? undefined : `${name} has no @since`
    })
  })
