import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "../../src/Client.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const eras = [["session", ScriptedServer.session], ["stateless", ScriptedServer.stateless]] as const

const connect = Effect.fnUntraced(function*(
  script: (otherwise: ScriptedServer.Script, capabilities: { readonly prompts: {} }) => ScriptedServer.Script,
  messages: unknown
) {
  const server = yield* ScriptedServer.make(script(() => ({ result: { messages } }), { prompts: {} }))
  const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
  return { client, server }
})

const message = (content: unknown) => [{ role: "user", content }]

describe.each(eras)("a prompt (%s)", (_, script) => {
  it.effect("is filled in with arguments that are text, or with none (PROM-5)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* connect(script, message({ type: "text", text: "Hi" }))
      expect((yield* client.getPrompt("p")).messages).toEqual(message({ type: "text", text: "Hi" }))
      yield* client.getPrompt("p", { name: "Ada; DROP TABLE", "": "\u0000" })
      expect(server.all("prompts/get").map(({ params: { _meta: _, ...params } = {} }) => params)).toEqual([
        { name: "p" },
        { name: "p", arguments: { name: "Ada; DROP TABLE", "": "\u0000" } }
      ])
    }))

  it.effect("has what it embeds as it came (CONT-3)", () =>
    Effect.gen(function*() {
      const embedded = [
        ...message({ type: "resource", resource: { uri: "test:a", mimeType: "text/plain", text: "a" } }),
        ...message({ type: "resource", resource: { uri: "test:b", mimeType: "image/png", blob: "AAEC" } })
      ]
      const { client } = yield* connect(script, embedded)
      expect((yield* client.getPrompt("p")).messages).toEqual(embedded)
    }))

  it.effect.each<[unknown]>([
    [undefined],
    ["Hi"],
    [[{ content: { type: "text", text: "Hi" } }]],
    [[{ role: "system", content: { type: "text", text: "Hi" } }]],
    [message("Hi")],
    [message([{ type: "text", text: "Hi" }])],
    [message({ type: "text" })],
    [message({ type: "text", text: { toString: "Hi" } })],
    [message({ type: "image", data: "AAEC" })],
    [message({ type: "resource", resource: { uri: "test:a" } })],
    [message({ type: "resource", resource: { text: "a" } })],
    [message({ type: "resource", resource: { uri: "test:a", blob: [0, 1, 2] } })]
  ])("is not what does not fit: %j (PROM-9, CONT-3)", ([messages]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(script, messages)
      expect((yield* Effect.flip(client.getPrompt("p"))).reason).toMatchObject({
        _tag: "InvalidAnswer",
        method: "prompts/get"
      })
    }))
})
