/**
 * A source file as the repository rules see it: its imports, its string literals and its syntax, read from the parsed program.
 *
 * It is not a type checker: names are not resolved, comments are not literals.
 *
 * @since 0.1.0
 */
import { parseAst } from "vitest/node"

/** A path relative to the root of the repository, with `/` on every platform, and the text of the file. */
export type FileMap = ReadonlyMap<string, string>

/** One node of the ESTree program, of which only `type` and `start` are certain. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly [member: string]: unknown
}

/** How a module is brought in: `* as X`, `{ a }`, for its effect only, passed on by `export … from`, or by `import(…)`. */
type ImportForm = "namespace" | "named" | "bare" | "reexport-all" | "reexport" | "dynamic"

/** One import, wherever it stands, types included. */
export interface Import {
  readonly specifier: string
  readonly form: ImportForm
  readonly line: number
}

/** A parsed source file. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly program: Node
  readonly imports: ReadonlyArray<Import>
  readonly line: (node: Node) => number
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

/** Calls `f` with every node of the program and its parent, parents first. */
export const visit = (node: Node, f: (node: Node, parent: Node | undefined) => void, parent?: Node): void => {
  f(node, parent)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const child of value) {
        if (isNode(child)) visit(child, f, node)
      }
    } else if (isNode(value)) {
      visit(value, f, node)
    }
  }
}

/** The text of a string literal or of a piece of a template, `undefined` for any other node. */
export const stringOf = (node: Node): string | undefined => {
  if (node.type === "Literal" && typeof node["value"] === "string") return node["value"]
  if (node.type !== "TemplateElement") return undefined
  const value = node["value"]
  return typeof value === "object" && value !== null && "cooked" in value && typeof value.cooked === "string"
    ? value.cooked
    : undefined
}

const sourceOf = (node: Node): string | undefined => {
  const source = node["source"] ?? node["argument"]
  return isNode(source) ? stringOf(source) : undefined
}

const formOf = (node: Node): ImportForm | undefined => {
  switch (node.type) {
    case "ImportDeclaration": {
      const specifiers = node["specifiers"]
      if (!Array.isArray(specifiers) || specifiers.length === 0) return "bare"
      return specifiers.some((s) => isNode(s) && s.type === "ImportNamespaceSpecifier") ? "namespace" : "named"
    }
    case "ExportAllDeclaration":
      return node["exported"] === null ? "reexport-all" : "reexport"
    case "ExportNamedDeclaration":
      return "reexport"
    case "ImportExpression":
    case "TSImportType":
      return "dynamic"
    default:
      return undefined
  }
}

/** Parses one file. A file that does not parse is a defect of the caller: the type checker has seen it before. */
export const parse = (path: string, text: string): SourceFile => {
  // The parser's own type lists every node kind; the rules walk it as plain data.
  const program = parseAst(text, { lang: "ts" }) as unknown as Node
  const lineStarts = [0]
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1)
  const line = (node: Node) => lineStarts.findLastIndex((start) => start <= node.start) + 1
  const imports: Array<Import> = []
  visit(program, (node) => {
    const form = formOf(node)
    const specifier = form === undefined ? undefined : sourceOf(node)
    if (form !== undefined && specifier !== undefined) imports.push({ specifier, form, line: line(node) })
  })
  return { path, text, program, imports, line }
}

/** Parses every TypeScript file of a map. */
export const parseAll = (files: FileMap): ReadonlyArray<SourceFile> =>
  [...files].filter(([path]) => /\.[cm]?ts$/.test(path)).map(([path, text]) => parse(path, text))
