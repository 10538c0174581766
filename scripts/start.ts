/**
 * Shows the main job: a server with every feature over HTTP, one over real files as a child process, and a short session with each, through
 * the official client.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema
} from "@modelcontextprotocol/sdk/types.js"
import { join } from "node:path"
import * as Target from "./conformance/Target.ts"

const root = join(import.meta.dirname, "..")
const app = (name: string) => ["--conditions=@mcp-effect/source", join(root, "apps", name, "src", "main.ts")]

const title = (text: string) => console.log(`\n${text}`)
const line = (text: string) => console.log(`  ${text}`)
const textOf = (result: unknown): string =>
  (result as { content: ReadonlyArray<{ type: string; text?: string }> }).content
    .map((block) => block.text ?? `(${block.type})`).join(" ")

const short = (text: string) => {
  const flat = text.replaceAll(/\s+/g, " ")
  return flat.length > 100 ? `${flat.slice(0, 100)}…` : flat
}

const everything = async (url: string): Promise<void> => {
  const client = new Client({ name: "start", version: "1.0.0" }, { capabilities: { elicitation: {} } })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    line(`  the server asks: ${short(params.message)}`)
    return { action: "accept", content: { username: "ada", email: "ada@example.com" } }
  })
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => line(`  log ${params.level}: ${short(JSON.stringify(params.data))}`)
  )
  const updated = new Promise<string>((resolve) =>
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri))
  )
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const { tools } = await client.listTools()
  const { prompts } = await client.listPrompts()
  const { resources } = await client.listResources()
  line(`offers ${tools.length} tools, ${resources.length} resources, ${prompts.length} prompts`)
  line(`test_simple_text: ${textOf(await client.callTool({ name: "test_simple_text" }))}`)
  line("test_tool_with_progress:")
  await client.callTool({ name: "test_tool_with_progress" }, undefined, {
    onprogress: ({ progress, total }) => line(`  progress ${progress} of ${total}`)
  })
  line("test_tool_with_logging:")
  await client.callTool({ name: "test_tool_with_logging" })
  line("test_elicitation:")
  line(
    `  ${short(textOf(await client.callTool({ name: "test_elicitation", arguments: { message: "Who are you?" } })))}`
  )
  await client.subscribeResource({ uri: "test://watched-resource" })
  await client.callTool({ name: "update_watched_resource" })
  line(`subscription: ${await updated} has changed`)
  await client.close()
}

const filesystem = async (): Promise<void> => {
  const client = new Client({ name: "start", version: "1.0.0" })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...app("filesystem"), "stdio", root],
      stderr: "ignore"
    })
  )
  const { tools } = await client.listTools()
  line(`offers ${tools.map((tool) => tool.name).join(", ")}`)
  const call = async (name: string, args: Record<string, unknown>) =>
    line(`${name}: ${short(textOf(await client.callTool({ name, arguments: args })))}`)
  await call("search_files", { path: root, pattern: "packages/*/package.json" })
  await call("read_text_file", { path: join(root, "README.md"), head: 3 })
  await call("get_file_info", { path: join(root, "README.md") })
  await call("read_text_file", { path: "/etc/passwd" })
  await client.close()
}

title("apps/everything over HTTP")
const target = await Target.start([...app("everything"), "http", "--port", "0"])
line(target.url)
await everything(target.url)
const complaint = await target.stop()
if (complaint !== undefined) throw new Error(complaint)
title("apps/filesystem over stdio, on this repository")
await filesystem()
title(`Keep one running:\n  npm run --silent everything -- http --port 3000\n  npm run --silent filesystem -- stdio .`)
