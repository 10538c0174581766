import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "../../src/Client.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const completion = { values: ["Paris", "Pau"], total: 2, hasMore: false }

const complete = Effect.fnUntraced(function*(version: string, params: Parameters<Client.Methods["complete"]>[0]) {
  const script = version === "2026-07-28" ? ScriptedServer.stateless : ScriptedServer.session
  const server = yield* ScriptedServer.make(script(() => ({ result: { completion } }), { completions: {} }))
  const client = yield* Client.make({
    name: "test",
    version: "1.0.0",
    transport: server.transport,
    versions: [version]
  })
  const given = yield* client.complete(params)
  const { _meta: _, ...sent } = server.all("completion/complete")[0]?.params ?? {}
  return { sent, given }
})

const argument = { name: "city", value: "Pa" }

describe("a completion", () => {
  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])(
    "is asked for by what it is of, and by the argument so far (COMP-1), in %s",
    (version) =>
      Effect.gen(function*() {
        for (
          const ref of [
            { type: "ref/prompt", name: "p" },
            { type: "ref/resource", uri: "test:a" },
            { type: "ref/resource", uri: "test:{city}" }
          ] as const
        ) {
          expect(yield* complete(version, { ref, argument })).toEqual({ sent: { ref, argument }, given: completion })
        }
      })
  )

  it.effect.each(["2025-06-18", "2025-11-25", "2026-07-28"])(
    "may name the title of the prompt, and what is known of other arguments (COMP-2, COMP-8), in %s",
    (version) =>
      Effect.gen(function*() {
        const params = {
          ref: { type: "ref/prompt", name: "p", title: "P" },
          argument,
          context: { arguments: { country: "France" } }
        } as const
        expect(yield* complete(version, params)).toEqual({ sent: params, given: completion })
      })
  )

  it.effect.each(["2024-11-05", "2025-03-26"])(
    "has neither where there is none (COMP-8), in %s",
    (version) =>
      Effect.gen(function*() {
        const { sent } = yield* complete(version, {
          ref: { type: "ref/prompt", name: "p", title: "P" },
          argument,
          context: { arguments: { country: "France" } }
        })
        expect(sent).toEqual({ ref: { type: "ref/prompt", name: "p" }, argument })
      })
  )
})
