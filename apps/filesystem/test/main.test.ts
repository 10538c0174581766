import { afterAll, afterEach, describe, expect, it } from "@effect/vitest"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport as StdioClientTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"

const command = (...args: ReadonlyArray<string>) => ({
  command: process.execPath,
  args: ["--conditions=@mcp-effect/source", fileURLToPath(new URL("../src/main.ts", import.meta.url)), ...args],
  stderr: "ignore" as const
})

const info = { name: "test", version: "1.0.0" }

describe("the program", { concurrent: false }, () => {
  const top = Fs.realpathSync(Fs.mkdtempSync(NodePath.join(Os.tmpdir(), "filesystem-")))
  const root = NodePath.join(top, "root")
  Fs.mkdirSync(root)
  Fs.writeFileSync(NodePath.join(root, "f.txt"), "text")
  Fs.writeFileSync(NodePath.join(top, "secret"), "secret")

  let child: ChildProcess | undefined
  const start = (...args: ReadonlyArray<string>) => {
    const run = command(...args)
    return (child = spawn(run.command, run.args, { stdio: ["ignore", "pipe", "pipe"] }))
  }
  afterEach(() => {
    child?.kill("SIGKILL")
  })
  afterAll(() => Fs.rmSync(top, { recursive: true, force: true }))

  const over = {
    "SDK v2": async () => {
      const client = new Client(info, { capabilities: { roots: {} } })
      client.setRequestHandler("roots/list", () => ({ roots: [{ uri: `file://${root}` }] }))
      await client.connect(new StdioClientTransport(command("stdio", top)))
      return client
    },
    "SDK v1": async () => {
      const client = new ClientV1(info, { capabilities: {} })
      await client.connect(new StdioClientTransportV1(command("stdio", root)))
      return client
    }
  }

  it.each(Object.entries(over))("serves the official client (%s) over stdio", async (_, connect) => {
    const client = await connect()
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(12)
    // What is structured is held against the schemas by the client.
    expect(await client.callTool({ name: "directory_tree", arguments: { path: root } })).toMatchObject({
      structuredContent: { children: [{ name: "f.txt", kind: "file" }], complete: true }
    })
    expect(await client.callTool({ name: "list_allowed_directories", arguments: {} })).toMatchObject({
      structuredContent: { directories: [root] }
    })
    expect(await client.callTool({ name: "read_text_file", arguments: { path: `${top}/secret` } })).toMatchObject({
      isError: true,
      content: [{ text: `Access denied: ${top}/secret is not inside the allowed directories` }]
    })
    expect(await client.readResource({ uri: `file://${root}/f.txt` })).toMatchObject({ contents: [{ text: "text" }] })
    await client.close()
  })

  it("serves the official client over HTTP, and ends when it is told to", async () => {
    const { stderr, stdout } = start("http", "--port", "0", root)
    let log = ""
    let printed = ""
    stdout?.on("data", (chunk) => printed += chunk)
    let url: string | undefined
    for await (const chunk of stderr ?? []) {
      log += chunk
      url = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0]
      if (url !== undefined) break
    }
    expect(url).toBeDefined()
    const client = new Client(info)
    await client.connect(new StreamableHTTPClientTransport(new URL(url ?? "")))
    expect(await client.callTool({ name: "read_text_file", arguments: { path: "f.txt" } })).toMatchObject({
      content: [{ text: "text" }]
    })
    await client.close()
    const ended = once(child!, "close")
    child?.kill("SIGTERM")
    expect(await ended).toEqual([0, null])
    expect(printed).toBe("")
  })

  it("does not start over a directory that does not exist, and says so on standard error (STDIO-3)", async () => {
    const program = start("stdio", NodePath.join(top, "none"))
    let log = ""
    let printed = ""
    program.stderr?.on("data", (chunk) => log += chunk)
    program.stdout?.on("data", (chunk) => printed += chunk)
    expect(await once(program, "close")).toEqual([1, null])
    expect(log).toContain(`Nothing exists at ${NodePath.join(top, "none")}`)
    expect(printed).toBe("")
  })

  it("does not start without a directory", async () => {
    const program = start("stdio")
    let log = ""
    program.stderr?.on("data", (chunk) => log += chunk)
    expect(await once(program, "close")).toEqual([1, null])
    expect(log).toContain("Missing required argument: directory")
  })
})
