import { afterEach, describe, expect, it } from "@effect/vitest"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import * as ClientV1 from "./support/ClientV1.ts"
import { Program } from "./support/Program.ts"

const initialize = {
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" }
  }
}

describe("the program", { concurrent: false }, () => {
  let program: Program | undefined
  const start = (...args: ReadonlyArray<string>) => (program = new Program(args))
  afterEach(() => program?.kill())

  it("over stdio, writes the protocol to standard output and its logs to standard error (STDIO-3)", async () => {
    const program = start("stdio")
    program.send(initialize)
    program.send({ method: "notifications/initialized" })
    program.send({ id: 2, method: "tools/call", params: { name: "test_tool_with_logging" } })
    await program.printed("stdout", /"id":2/)
    program.child.stdin.end()
    // the end of input ends it (STDIO-18)
    expect(await program.ended()).toEqual({ code: 0, signal: null })
    const messages = program.stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    expect(messages).toMatchObject([
      { jsonrpc: "2.0", id: 1 },
      { method: "notifications/message" },
      { method: "notifications/message" },
      { method: "notifications/message" },
      { jsonrpc: "2.0", id: 2 }
    ])
    expect(program.stderr).toContain("Tool execution completed")
  })

  it("over stdio, answers what is in progress when it is told to stop, and exits with 0", async () => {
    const program = start("stdio")
    program.send(initialize)
    program.send({ method: "notifications/initialized" })
    program.send({ id: 2, method: "tools/call", params: { name: "test_tool_with_logging" } })
    await program.printed("stdout", /execution started/)
    program.child.kill("SIGTERM")
    expect(await program.ended()).toEqual({ code: 0, signal: null })
    expect(program.stdout).toMatch(/"id":2,"result"/)
  })

  it("over HTTP, prints its URL on standard error and nothing on standard output, and exits with 0", async () => {
    const program = start("http", "--port", "0")
    const url = await program.printed("stderr", /http:\/\/127\.0\.0\.1:\d+\/mcp/)
    const client = await ClientV1.connect(new StreamableHTTPClientTransport(new URL(url)), {
      onNotification: () => {}
    })
    const call = client.call("test_tool_with_logging")
    await program.printed("stderr", /execution started/)
    program.child.kill("SIGTERM")
    // what is in progress is answered first
    expect(await call).toMatchObject({ content: [{ text: "Tool with logging executed successfully" }] })
    expect(await program.ended()).toEqual({ code: 0, signal: null })
    expect(program.stdout).toBe("")
    await client.close()
  })

  it("refuses a command that it does not have, without a word on standard output of the protocol", async () => {
    const program = start("carrier-pigeon")
    expect(await program.ended()).toEqual({ code: 1, signal: null })
    expect(program.stderr).toContain("carrier-pigeon")
  })
})
