/**
 * The server that mutated messages are sent to: a feature of each kind, whose answers to good requests are known.
 *
 * It is no example of a server; run as a program, it serves standard input and output.
 */
import * as Progress from "@mcp-effect/core/Progress"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as StdioServer from "@mcp-effect/node/StdioServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** What a process holds once it has collected its garbage. */
export interface Holdings {
  /** In bytes. */
  readonly heap: number
  /** In bytes. */
  readonly resident: number
  readonly handles: number
}

/** What this process holds. */
export const holdings = async (): Promise<Holdings> => {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, resident: rss, handles: process.getActiveResourcesInfo().length }
}

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("echo", { input: { value: Schema.Unknown }, output: { value: Schema.Unknown } }),
    ({ value }) => Effect.succeed({ value })
  ),
  Server.tool(
    Tool.make("typed", { input: { n: Schema.Int, list: Schema.Array(Schema.String) } }),
    ({ list, n }) => Effect.succeed(list.join(`${n}`).slice(0, 100))
  ),
  Server.tool(
    Tool.make("slow", { input: { n: Schema.Int } }),
    ({ n }) => Effect.as(Effect.repeat(Effect.yieldNow, { times: Math.abs(n) % 7 }), `${n}`)
  ),
  Server.tool(
    Tool.make("steps"),
    () =>
      Effect.as(
        Effect.forEach([1, 2, 3], (progress) => Progress.report({ progress, total: 3 }), { discard: true }),
        "3"
      )
  ),
  Server.tool(
    Tool.make("ask"),
    () =>
      Sampling.createMessage({ messages: [], maxTokens: 1 }).pipe(
        Effect.match({ onSuccess: ({ model }) => model, onFailure: () => "nobody" })
      )
  ),
  Server.tool(
    Tool.make("holdings", { output: { heap: Schema.Int, resident: Schema.Int, handles: Schema.Int } }),
    () => Effect.promise(holdings)
  ),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"), { changes: () => Stream.never }),
  Server.resourceTemplate(
    ResourceTemplate.make("test:items/{id}", { name: "t", variables: { id: Schema.Int } }),
    ({ id }) => Effect.succeed(`${id}`),
    { complete: { id: () => Effect.succeed(["1"]) } }
  ),
  Server.prompt(
    Prompt.make("p", { arguments: { a: Schema.String, n: Schema.optionalKey(Schema.Int) } }),
    ({ a }) => Effect.succeed(a),
    { complete: { a: () => Effect.succeed(["x"]) } }
  )
)

/** The server. */
export const layer = Server.layer({ name: "target", version: "1.0.0" }, features)

if (process.argv[1] === import.meta.filename) StdioServer.runMain(layer)
