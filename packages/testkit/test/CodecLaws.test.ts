import { expect, it } from "@effect/vitest"
import * as CodecLaws from "@mcp-effect/testkit/CodecLaws"
import * as Generators from "@mcp-effect/testkit/Generators"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readdirSync } from "node:fs"

const folder = new URL("../../core/src/protocol/", import.meta.url)

for (const file of readdirSync(folder)) {
  const nouns: Record<string, unknown> = await import(new URL(file, folder).href)
  for (const [name, noun] of Object.entries(nouns)) {
    if (!Schema.isSchema(noun)) continue
    // those of the protocol need no services
    const codec = noun as Schema.Codec<unknown>
    Vitest.laws(
      `${name} of ${file}`,
      CodecLaws.of(codec, { name, arbitrary: Generators.neutral(codec) }),
      { seed: 1, runs: 10, size: 5 }
    )
  }
}

it.effect("what is no JSON is shown as what it is, and not as JSON would have it", () =>
  Effect.gen(function*() {
    const { reason } = yield* Effect.flip(Laws.check(CodecLaws.of(Schema.Struct({ at: Schema.Date })), { seed: 1 }))
    expect(reason).toBe(`it is no JSON: {"at":1970-01-01T00:00:00.000Z}`)
  }))
