import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { fromMarkdown, fromSource } from "../scripts/examples/Example.ts"

const root = join(import.meta.dirname, "..")

describe("the examples of the documentation", () => {
  it("are found in documents with their lines", () => {
    expect(fromMarkdown("a.md", "text\n```ts\nconst a = 1\n```\n```sh\nls\n```\n```ts\nconst b = 2\n```")).toEqual([
      { path: "a.md", line: 3, code: "const a = 1" },
      { path: "a.md", line: 9, code: "const b = 2" }
    ])
  })

  it("are found in the comments of sources", () => {
    expect(fromSource("a.ts", "/**\n * @example\n * ```ts\n * const a = 1\n * ```\n */\nconst b = 2")).toEqual([
      { path: "a.ts", line: 4, code: "const a = 1" }
    ])
  })

  it("the server of the README adds two numbers for the official client", async () => {
    const [example] = fromMarkdown("README.md", readFileSync(join(root, "README.md"), "utf8"))
    const folder = join(root, ".cache", "readme")
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "calculator.ts"), example!.code)
    const client = new Client({ name: "test", version: "1.0.0" })
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: ["--conditions=@mcp-effect/source", join(folder, "calculator.ts")]
      })
    )
    const result = await client.callTool({ name: "add", arguments: { a: 2, b: 40 } })
    await client.close()
    expect(example!.code.trimEnd().split("\n")).toHaveLength(16)
    expect(result.structuredContent).toEqual({ sum: 42 })
  })
})
