import { expect, it } from "@effect/vitest"
import type { Tool } from "@mcp-effect/core/protocol/Tool"
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as ContractSource from "../src/ContractSource.ts"

const root = join(import.meta.dirname, "..", "..", "..")

const tool = (name: string, inputSchema: object, more: object = {}): Tool => ({
  name,
  inputSchema: { type: "object", ...inputSchema },
  ...more
})

// A text that ends strings, templates, comments and lines, wherever it is put.
const evil = "\"'`${process.exit(1)}\\ */ // \n\r\u2028\u2029 </script>; process.exit(1) //"

const node = { type: "object", properties: { next: { $ref: "#/$defs/Node" } } }

const hostile: ContractSource.Listing = {
  from: evil,
  tools: [
    tool("plain", { properties: { a: { type: "number" }, b: { type: "integer", minimum: 1 } }, required: ["a"] }, {
      title: evil,
      description: evil,
      outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
      annotations: { readOnlyHint: true, title: evil }
    }),
    // names that come to the same, and such that are no identifiers
    tool("Plain", {}),
    tool("pl.ain", {}),
    tool("9", {}),
    tool("-", {}),
    tool("constructor", {}),
    tool("__proto__", {}),
    tool("contract", {}),
    tool("Schema", {}),
    tool(evil, {}),
    tool("texts", {
      description: evil,
      properties: {
        [evil]: { type: "string", description: evil, default: evil, "x-mcp-header": evil },
        ["__proto__"]: { type: "string" },
        constructor: { enum: [evil, 1, null] },
        pattern: { type: "string", pattern: "(a+)+$" },
        format: { type: "string", format: evil }
      }
    }),
    tool("recursive", { properties: { node: { $ref: "#/$defs/Node" } }, $defs: { Node: node } }),
    tool("alsoRecursive", { properties: { node: { $ref: "#/$defs/Node" } }, $defs: { Node: node } }),
    tool("named", { properties: { x: { $ref: `#/$defs/${evil}` } }, $defs: { [evil]: node } }),
    tool("draft7", {
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { x: { $ref: "#/definitions/X" } },
      definitions: { X: { type: "string" } }
    }),
    tool("beyond", { properties: { x: { not: { const: 1 } }, y: { $ref: "https://example.com/y" } } }),
    tool("both", { allOf: [{ properties: { a: { type: "string" } } }, { properties: { b: { type: "string" } } }] }),
    tool("broken", { properties: evil, required: 3, $defs: null })
  ],
  prompts: [
    { name: evil, description: evil, arguments: [{ name: "__proto__" }, { name: evil, required: true }] },
    { name: "none" }
  ]
}

it("whatever a server says, the source compiles, and has it as data alone", { timeout: 60_000 }, () => {
  const folder = join(root, ".cache", "contract-source")
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const source = ContractSource.make(hostile)
  writeFileSync(join(folder, "hostile.ts"), source)
  writeFileSync(
    join(folder, "use.ts"),
    `import * as Contract from "@mcp-effect/core/Contract"
import type * as Client from "@mcp-effect/core/Client"
import { contract } from "./hostile.ts"
declare const client: Client.Methods
const { tools } = Contract.methods(contract, client)
export const sum = tools.plain({ a: 1, b: 2 })
export const none = tools.Plain({})
// @ts-expect-error: it is a number
export const wrong = tools.plain({ a: "1" })
`
  )
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
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
        rootDir: "../..",
        customConditions: ["@mcp-effect/source"]
      },
      include: ["*.ts"]
    })
  )
  const compiled = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8" })
  expect(compiled.stdout).toBe("")
  // it runs too, does nothing, and has every text as it was
  const run = spawnSync(process.execPath, [
    "--conditions=@mcp-effect/source",
    "--input-type=module",
    "-e",
    `const { contract } = await import(${JSON.stringify(join(folder, "hostile.ts"))})
     console.log(JSON.stringify(contract.tools.map(({ name, description, title }) => [name, description, title])))`
  ], { encoding: "utf8" })
  expect(run.stderr).toBe("")
  expect(JSON.parse(run.stdout)).toEqual(
    hostile.tools.filter(({ name }) => name !== evil).map(({ description, name, title }) => [
      name,
      description ?? null,
      title ?? null
    ])
  )
})

it("the same lists give the same text, in their order", () => {
  expect(ContractSource.make(hostile)).toBe(ContractSource.make(structuredClone(hostile)))
  const names = ContractSource.make(hostile).matchAll(/^export const (\w+) = Tool/gm)
  expect(Array.from(names, ([, name]) => name).slice(0, 8)).toEqual([
    "Plain",
    "Plain2",
    "PlAin",
    "Tool9",
    "Tool2",
    "Constructor",
    "Proto",
    "Contract2"
  ])
})

it("says what it has no words for, for that tool alone", () => {
  const source = ContractSource.make(hostile)
  const declared = source.matchAll(/make\("(\w+)", \{\n(?: {2}\w.*\n)* {2}\/\/ of what the server says: /g)
  expect(Array.from(declared, ([, name]) => name)).toEqual(["named", "beyond"])
  expect(source).toContain("the tool \"\\\"'`${process.exit(1)}")
  expect(source).not.toContain("(a+)+$")
})

it("what would be called again by the server's word is said at the top (TOOL-27)", () => {
  const source = (annotations: object) =>
    ContractSource.make({ from: "a server", tools: [tool("one", {}, { annotations })], prompts: [] })
  const note = "// What is annotated with readOnly or idempotent is called again"
  expect(source({ readOnlyHint: true })).toContain(note)
  expect(source({ idempotentHint: true })).toContain(note)
  expect(source({ readOnlyHint: false, destructiveHint: true })).not.toContain(note)
})
