/**
 * The client of effect/ai uses the server, in the two revisions that it speaks, over both of its transports.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { describe, expect, it } from "@effect/vitest"
import { NodeHttpServer } from "@mcp-effect/node/NodeHttpServer"
import * as McpClient from "effect/ai/McpClient"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ChildProcess from "effect/process/ChildProcess"
import type * as Schema from "effect/Schema"
import * as Http from "../src/Http.ts"
import { command } from "./support/Program.ts"

const self = { name: "effect-ai", version: "4.1.0" }

// Small enough that every list of the server has several pages.
const pageSize = 5

type Protocol = McpProtocol.ProtocolAdapter<McpClient.ProtocolVersion>

const overStdio = (protocol: Protocol) => {
  const run = command(["stdio", "--page-size", String(pageSize)])
  return McpClient.layerStdio({
    ...self,
    protocol,
    command: ChildProcess.make(run.command, run.args, { stderr: "ignore" })
  }).pipe(Layer.provide(NodeServices.layer))
}

// The server runs in this process, at a port of its own.
const overHttp = (protocol: Protocol) =>
  Layer.unwrap(Effect.map(NodeHttpServer, ({ url }) => McpClient.layerHttp({ ...self, protocol, url }))).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.provide(Http.layer({ host: "127.0.0.1", port: 0, pageSize }), Logger.layer([])))
  )

const rows = [McpProtocol.v2025_11_25, McpProtocol.v2026_07_28].flatMap((protocol) => [
  { version: protocol.protocolVersion, transport: "stdio", layer: overStdio(protocol) },
  { version: protocol.protocolVersion, transport: "Streamable HTTP", layer: overHttp(protocol) }
])

const callTool = Effect.fnUntraced(function*(name: string, args: { readonly [key: string]: Schema.Json } = {}) {
  const client = yield* McpClient.McpClient
  const tool = (yield* client.listTools()).find((tool) => tool.name === name)
  return yield* client.callTool({ tool: tool!, arguments: args })
})

describe.each(rows)("effect/ai in $version over $transport", { timeout: 30_000 }, ({ layer, version }) => {
  it.live("knows the server, and lists all that it has, page by page (DISC-4, PAGE-1)", () =>
    Effect.gen(function*() {
      const client = yield* McpClient.McpClient
      expect(client.protocolVersion).toBe(version)
      expect(client.serverInfo).toMatchObject({ name: "everything", version: "0.1.0" })
      const names = (yield* client.listTools()).map(({ name }) => name)
      expect(names.length).toBeGreaterThan(pageSize)
      expect(new Set(names).size).toBe(names.length)
      expect((yield* client.listPrompts()).map(({ name }) => name)).toContain("test_simple_prompt")
      expect((yield* client.listResources()).map(({ uri }) => uri)).toContain("test://static-text")
    }).pipe(Effect.provide(layer)))

  it.live("calls tools, and has their errors", () =>
    Effect.gen(function*() {
      expect(yield* callTool("test_simple_text")).toMatchObject({
        content: [{ type: "text", text: "This is a simple text response for testing." }]
      })
      expect(yield* callTool("weather", { city: "Oslo" })).toMatchObject({
        structuredContent: { celsius: -3.5, sky: "clear" }
      })
      // an argument of this one is mirrored in a header
      expect(yield* callTool("mirrored_arguments", { region: "nörd", priority: 7 })).toMatchObject({
        content: [{ text: "Region nörd, priority 7, terse" }]
      })
      expect(yield* callTool("weather", { city: "Atlantis" })).toMatchObject({
        isError: true,
        content: [{ text: "No weather is known for Atlantis" }]
      })
    }).pipe(Effect.provide(layer)))

  it.live("gets prompts and reads resources", () =>
    Effect.gen(function*() {
      const client = yield* McpClient.McpClient
      const prompt = (yield* client.listPrompts()).find(({ name }) => name === "test_prompt_with_arguments")!
      expect(yield* client.getPrompt({ prompt, arguments: { arg1: "hello", arg2: "world" } })).toMatchObject({
        messages: [{ content: { text: "Prompt with arguments: arg1='hello', arg2='world'" } }]
      })
      expect(yield* client.readResource({ uri: "test://static-text" })).toMatchObject({
        contents: [{ uri: "test://static-text", text: "This is the content of the static text resource." }]
      })
      const missing = yield* Effect.flip(client.readResource({ uri: "test://nothing-here" }))
      expect(missing.reason).toMatchObject({ code: version === "2026-07-28" ? -32602 : -32002 })
    }).pipe(Effect.provide(layer)))

  it.live("can be asked for nothing, and a tool that needs to ask says so (META-16)", () =>
    Effect.gen(function*() {
      const call = callTool("test_missing_capability")
      if (version === "2026-07-28") {
        const { reason } = yield* Effect.flip(call)
        expect(reason).toMatchObject({ code: -32021, data: { requiredCapabilities: { sampling: {} } } })
      } else {
        expect(yield* call).toMatchObject({ isError: true })
      }
    }).pipe(Effect.provide(layer)))
})
