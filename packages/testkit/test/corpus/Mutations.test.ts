import { expect, it } from "@effect/vitest"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import { Transport } from "@mcp-effect/core/Transport"
import * as StdioTransport from "@mcp-effect/node/StdioTransport"
import * as Corpus from "@mcp-effect/testkit/Corpus"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { join } from "node:path"
import { PassThrough } from "node:stream"

const target = Server.layer(
  { name: "target", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(
      Tool.make("echo", { input: { text: Schema.String }, output: { text: Schema.String } }),
      ({ text }) => Effect.succeed({ text })
    ),
    Server.tool(Tool.make("ask"), () =>
      Effect.match(Sampling.createMessage({ messages: [], maxTokens: 1 }), {
        onSuccess: ({ model }) => model,
        onFailure: () => "nobody"
      }))
  )
)

const statelessMeta = {
  "io.modelcontextprotocol/protocolVersion": Revisions.latest.version,
  "io.modelcontextprotocol/clientCapabilities": { sampling: {} }
}

interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly code: number }
}

/** All of a case is said while the server waits for the answers to two questions; then a good request has to be answered. */
const survives = Effect.fnUntraced(function*(said: ReadonlyArray<Uint8Array>, version: string | undefined) {
  const toServer = new PassThrough()
  const toClient = new PassThrough()
  const heard: Array<Message> = []
  toClient.on("data", (chunk: Buffer) => {
    for (const line of String(chunk).split("\n")) if (line !== "") heard.push(JSON.parse(line))
  })
  const say = (message: object) =>
    Effect.sync(() => void toServer.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`))
  const serving = yield* Effect.forkChild(
    Effect.provideService(
      Server.serve({ sessionId: "corpus", drainTimeout: 0 }),
      Transport,
      StdioTransport.make({ input: toServer, output: toClient })
    )
  )
  const until = (isSo: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() =>
      isSo() || serving.pollUnsafe() !== undefined
        ? Effect.void
        : Effect.andThen(Effect.yieldNow, until(isSo))
    )
  const answer = (id: string) => heard.find((message) => message.method === undefined && message.id === id)
  const _meta = version === undefined ? statelessMeta : {}
  if (version !== undefined) {
    const clientInfo = { name: "corpus", version: "1.0.0" }
    const params = { protocolVersion: version, capabilities: { sampling: {} }, clientInfo }
    yield* say({ id: "hello", method: "initialize", params })
    yield* until(() => answer("hello") !== undefined)
    yield* say({ method: "notifications/initialized" })
  }
  for (const id of ["ask", "ask again"]) yield* say({ id, method: "tools/call", params: { name: "ask", _meta } })
  const asked = version === undefined ?
    () => answer("ask again") !== undefined :
    () => heard.filter(({ method }) => method !== undefined).length === 2
  yield* until(asked)
  for (const bytes of said) toServer.write(Buffer.concat([bytes, Buffer.from("\n")]))
  yield* say({ id: "end", method: "tools/call", params: { name: "echo", arguments: { text: "x" }, _meta } })
  yield* until(() => answer("end") !== undefined)
  const isServing = serving.pollUnsafe() === undefined
  toServer.end()
  const exit = yield* Fiber.await(serving)
  return {
    isServing: isServing && Exit.isSuccess(exit),
    answered: answer("end")?.result !== undefined,
    failures: heard.filter(({ error }) => error?.code === JsonRpc.internalError)
  }
})

const versions = Revisions.sessionEra.map(({ version }) => [`a session of ${version}`, version] as const)

it.live.each([["requests that stand for themselves", undefined] as const, ...versions])(
  "what was found once does no harm any more, among %s",
  ([, version]) =>
    Effect.gen(function*() {
      const cases = yield* Corpus.read(join(import.meta.dirname, "mutations"))
      expect(cases.length).toBeGreaterThan(0)
      for (const { said } of cases) {
        expect(yield* survives(said, version)).toEqual({ isServing: true, answered: true, failures: [] })
      }
    }).pipe(Effect.provide(target))
)
