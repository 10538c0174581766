/**
 * The tour of `apps/filesystem`: a child process, kept alive, and what it refuses.
 */
import * as Supervisor from "@mcp-effect/core/Supervisor"
import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as App from "./App.ts"
import * as Discovery from "./Discovery.ts"
import * as Terminal from "./Terminal.ts"

export const tour = Effect.gen(function*() {
  const { client, ready } = yield* Supervisor.make({
    name: "tour",
    version: "1.0.0",
    transport: ChildProcessTransport.make({
      command: process.execPath,
      args: App.args("filesystem", "stdio", App.root)
    })
  })
  yield* ready
  yield* Discovery.show([client])
  const call = (name: string, args: { readonly [name: string]: unknown }) =>
    Effect.flatMap(client.callTool(name, args), ({ content, isError }) => {
      const text = content.map((block) => block.type === "text" ? block.text : `(${block.type})`).join(" ")
      return Terminal.line(`${name}: ${isError === true ? "refused: " : ""}${Terminal.short(text)}`)
    })
  yield* call("search_files", { path: App.root, pattern: "packages/*/package.json" })
  yield* call("read_text_file", { path: join(App.root, "README.md"), head: 1 })
  yield* call("read_text_file", { path: "/etc/passwd" })
}).pipe(Effect.scoped)
