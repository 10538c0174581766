import { describe, expect, it } from "@effect/vitest"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Mutation from "@mcp-effect/testkit/Mutation"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const message = {
  jsonrpc: "2.0",
  id: "m",
  method: "tools/call",
  params: { name: "echo", arguments: { value: [1, { a: "b" }] }, _meta: { progressToken: 7 } }
}

const many = 5000

const mutants = (seed: number) => {
  const random = Mutation.random(seed)
  return Array.from({ length: many }, () => Mutation.message(message, random))
}

const textOf = ({ bytes }: Mutation.Mutant) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)

const jsonOf = (mutant: Mutation.Mutant): unknown => {
  try {
    return JSON.parse(textOf(mutant))
  } catch {
    return undefined
  }
}

describe("mutants", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(mutants(1).map(textOf)).toEqual(mutants(1).map(textOf))
    expect(mutants(1).map(textOf)).not.toEqual(mutants(2).map(textOf))
  })

  it("leave the message as it is, and every object", () => {
    const before = JSON.stringify(message)
    mutants(1)
    expect(JSON.stringify(message)).toBe(before)
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined()
  })

  it("are requests still, or other messages, or none, or not even JSON", () => {
    const kinds = Map.groupBy(mutants(1), (mutant): string => {
      const json = jsonOf(mutant)
      return json === undefined ? "no JSON" : Array.isArray(json) ? "an array" : JsonRpc.classify(json)
    })
    for (const kind of ["Request", "Notification", "ResultResponse", "Invalid", "no JSON", "an array"]) {
      expect(kinds.get(kind)?.length ?? 0).toBeGreaterThan(many / 500)
    }
  })

  it("are changed in each of the ways there are", () => {
    const texts = mutants(1).map(textOf)
    for (
      const sign of [
        "__proto__",
        "\\ud800",
        "\\u0000",
        "\u2028",
        "\ufffd",
        "\ufeff",
        "1e400",
        "NaN",
        "-0",
        `"id":null`,
        `"id":{}`,
        `"result":{},"error":`,
        `"jsonrpc":"1.0"`,
        "[[[[[[[[",
        "{\"a\":{\"a\":{\"a\":",
        "\r",
        "Content-Length"
      ]
    ) expect(texts.some((text) => text.includes(sign)) ? sign : `no ${sign}`).toBe(sign)
    expect(texts.some((text) => JSON.stringify(message).startsWith(text))).toBe(true)
    expect(texts.some((text) => text.length > 10_000)).toBe(true)
  })
})

const target = Server.layer(
  { name: "target", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(
      Tool.make("echo", { input: { value: Schema.Json }, output: { value: Schema.Json } }),
      ({ value }) => Effect.succeed({ value })
    ),
    Server.tool(Tool.make("ask"), () =>
      Effect.match(Sampling.createMessage({ messages: [], maxTokens: 1 }), {
        onSuccess: ({ model }) => model,
        onFailure: () => "nobody"
      })),
    Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"), { changes: () => Stream.never }),
    Server.prompt(Prompt.make("p", { arguments: { a: Schema.String } }), ({ a }) => Effect.succeed(a))
  )
)

for (const wire of [Wire.memory, Wire.stdio]) {
  Vitest.laws(`a server over ${wire.name}`, [Mutation.law(target, { wire })], { seed: 1, runs: 25 })
}
