/**
 * Type-checks the examples of the documentation: every `ts` block of the README and the guides, and every `@example` of the sources, each
 * as a module of its own. A block of `ts file=…` is a file of this repository, and has to be the same.
 */
import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Example, fromMarkdown, fromSource } from "./examples/Example.ts"

const root = join(import.meta.dirname, "..")
const folder = join(root, ".cache", "examples")

const read = (pattern: string, examples: (path: string, text: string) => ReadonlyArray<Example>) =>
  globSync(pattern, { cwd: root }).sort().flatMap((path) => examples(path, readFileSync(join(root, path), "utf8")))

const examples = [
  ...read("README.md", fromMarkdown),
  ...read("packages/*/README.md", fromMarkdown),
  ...read("docs/*.md", fromMarkdown),
  ...read("packages/*/src/**/*.ts", fromSource)
]

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const changed = examples.filter(({ code, file }) =>
  file !== undefined && readFileSync(join(root, file), "utf8").trim() !== code.trim()
)
for (const { file, line, path } of changed) console.error(`${path}:${line} is not what ${file} is`)
for (const { code, file, line, path } of examples) {
  if (file !== undefined) continue
  const name = `${path.replaceAll(/[^A-Za-z0-9]+/g, "-")}-${line}.ts`
  // the padding makes the compiler's line numbers those of the document
  writeFileSync(join(folder, name), `${"\n".repeat(line - 1)}${code}\nexport {}\n`)
}
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      composite: false,
      incremental: false,
      declarationMap: false,
      sourceMap: false,
      noEmit: true,
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      rootDir: "../..",
      lib: ["ES2024", "DOM"],
      types: ["node"],
      customConditions: ["@mcp-effect/source"]
    },
    include: ["*.ts"]
  })
)

const { status } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", folder], { stdio: "inherit" })
console.log(`${examples.length} examples ${status === 0 ? "compile" : "were compiled, with errors"}`)
process.exitCode = changed.length > 0 ? 1 : status ?? 1
