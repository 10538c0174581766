/**
 * The tour of `apps/everything`: both eras, a call with progress, one that is cancelled, a question to the user, a subscription.
 */
import * as Client from "@mcp-effect/core/Client"
import * as Contract from "@mcp-effect/core/Contract"
import type { RawContent } from "@mcp-effect/core/Elicitation"
import * as Progress from "@mcp-effect/core/Progress"
import * as Tool from "@mcp-effect/core/Tool"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as App from "./App.ts"
import * as Discovery from "./Discovery.ts"
import * as Terminal from "./Terminal.ts"

/** The tools that the tour calls by their types: what a server and its clients share. */
const everything = Contract.make({
  tools: [
    Tool.make("wait", { input: { seconds: Schema.Finite } }),
    Tool.make("test_elicitation", { input: { message: Schema.String } })
  ]
})

// Asks field by field.
const user = Client.elicitation({
  form: ({ defaults, message, requestedSchema }) =>
    Effect.gen(function*() {
      yield* Terminal.line(`The server asks: ${message}`)
      const content: { [field: string]: RawContent[string] } = {}
      for (const field of Object.keys(requestedSchema.properties)) {
        content[field] = yield* Terminal.ask(`  ${field}?`, String(defaults[field] ?? "ada@example.com"))
      }
      return { action: "accept", content }
    })
})

const connect = Effect.fnUntraced(function*(url: string, versions?: ReadonlyArray<string>) {
  const transport = yield* HttpClientTransport.make({ url })
  return yield* Client.make({ name: "tour", version: "1.0.0", transport, ...(versions && { versions }) }, user)
})

export const tour = Effect.gen(function*() {
  const url = yield* App.http("everything")
  yield* Terminal.line(url)
  // the newest revision that both have, and the same server to a client that knows sessions alone
  const client = yield* connect(url)
  yield* Discovery.show([client, yield* connect(url, ["2025-11-25"])])
  const { tools } = Contract.methods(everything, client)

  yield* Terminal.title("A call that reports its progress")
  yield* Progress.stream((onProgress) => client.callTool("test_tool_with_progress", {}, { onProgress })).pipe(
    Stream.runForEach((event) =>
      event._tag === "Progress"
        ? Terminal.progress(event.update.progress, event.update.total ?? 100, event.update.message ?? "")
        : Effect.forEach(event.value.content, (block) => Terminal.line(block.type === "text" ? block.text : block.type))
    )
  )

  yield* Terminal.title("A call that is cancelled, and a subscription that hears of it")
  const cancelled = "test://cancelled-calls"
  const updates = yield* client.subscribe(cancelled)
  const waiting = yield* Effect.forkScoped(tools.wait({ seconds: 60 }))
  yield* Effect.sleep("300 millis")
  yield* Fiber.interrupt(waiting)
  yield* Terminal.line("cancelled the call of wait")
  yield* Stream.runForEach(Stream.take(updates, 1), ({ uri }) => Terminal.line(`${uri} has changed`))
  const { contents } = yield* client.readResource(cancelled)
  for (const content of contents) {
    if ("text" in content) yield* Terminal.line(`cancelled calls so far: ${content.text}`)
  }

  yield* Terminal.title("A call that asks its user")
  for (const block of yield* tools.test_elicitation({ message: "Who are you?" })) {
    yield* Terminal.line(Terminal.short(block.type === "text" ? block.text : block.type))
  }
}).pipe(Effect.scoped)
