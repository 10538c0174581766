import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import { listDirectory } from "../src/ListDirectory.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

it.effect("lists entries with sizes and times, links as links", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ small: "1", large: "12345", d: {}, link: ["->", "/etc/passwd"] })
    Fs.utimesSync(`${top}/small`, 1, 1)
    const list = (options?: Parameters<typeof listDirectory>[1], limits = defaults) =>
      listDirectory(top, options).pipe(
        Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([top])),
        Effect.provideService(Limits, limits)
      )
    const byName = yield* list()
    assert.deepStrictEqual(byName.entries.map(({ kind, name, size }) => [name, kind, size]), [
      ["d", "directory", undefined],
      ["large", "file", 5],
      ["link", "link", undefined],
      ["small", "file", 1]
    ])
    assert.strictEqual(byName.entries[3]?.modified, "1970-01-01T00:00:01.000Z")
    assert.strictEqual(byName.totalSize, 6)
    assert.isTrue(byName.complete)
    const bySize = yield* list({ sortBy: "size" })
    assert.deepStrictEqual(bySize.entries.map((entry) => entry.name).slice(0, 2), ["large", "small"])
    const few = yield* list({}, { ...defaults, maxEntries: 2 })
    assert.strictEqual(few.entries.length, 2)
    assert.isFalse(few.complete)
    assert.strictEqual(openBelow(top), 0)
  }))
