import * as CodecLaws from "@mcp-effect/testkit/CodecLaws"
import * as Generators from "@mcp-effect/testkit/Generators"
import * as Vitest from "@mcp-effect/testkit/Vitest"
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
