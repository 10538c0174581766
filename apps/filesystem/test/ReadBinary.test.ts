import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import { readBinary, readContents } from "../src/ReadBinary.ts"
import type { ReadProgress } from "../src/ReadChunks.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)

it.effect("reads bytes as base64 and reports progress in bytes", () =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.make([yield* tempDirectory({ "f.png": bytes, unknown: bytes })])
    const seen: Array<ReadProgress> = []
    const result = yield* readBinary("f.png", (progress) => Effect.sync(() => seen.push(progress))).pipe(
      Effect.provideService(Sandbox.Sandbox, sandbox),
      Effect.provideService(Limits, { ...defaults, chunkBytes: 400 })
    )
    assert.strictEqual(result.blob, Buffer.from(bytes).toString("base64"))
    assert.strictEqual(result.size, 1000)
    assert.strictEqual(result.mimeType, "image/png")
    assert.deepStrictEqual(seen, [400, 800, 1000].map((done) => ({ done, total: 1000 })))
    const unknown = yield* Effect.provideService(readBinary("unknown"), Sandbox.Sandbox, sandbox)
    assert.strictEqual(unknown.mimeType, "application/octet-stream")
  }))

it.effect("refuses a file that is too large, also one that grows while it is read", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: bytes })
    const run = (maxBinaryBytes: number, onProgress?: () => Effect.Effect<void>) =>
      Effect.flip(readBinary("f", onProgress)).pipe(
        Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([top])),
        Effect.provideService(Limits, { ...defaults, maxBinaryBytes, chunkBytes: 100 })
      )
    assert.strictEqual((yield* run(999))._tag, "TooLarge")
    const grow = () => Effect.sync(() => Fs.appendFileSync(`${top}/f`, bytes))
    assert.strictEqual((yield* run(1500, grow))._tag, "TooLarge")
    assert.strictEqual(openBelow(top), 0)
  }))

it.effect("closes the file when it is interrupted in the middle", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: bytes })
    const started = yield* Deferred.make<void>()
    const fiber = yield* readBinary("f", () => Effect.andThen(Deferred.succeed(started, undefined), Effect.never)).pipe(
      Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([top])),
      Effect.provideService(Limits, { ...defaults, chunkBytes: 100 }),
      Effect.forkChild
    )
    yield* Deferred.await(started)
    assert.strictEqual(openBelow(top), 1)
    yield* Fiber.interrupt(fiber)
    assert.strictEqual(openBelow(top), 0)
  }))

it.effect("reads contents as text where they are text", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ text: "häuser", "data.json": "{}", blob: bytes })
    const read = (path: string) => Effect.provideServiceEffect(readContents(path), Sandbox.Sandbox, Sandbox.make([top]))
    assert.deepStrictEqual(yield* read("text"), {
      _tag: "Text",
      path: `${top}/text`,
      text: "häuser",
      mimeType: "text/plain"
    })
    assert.strictEqual((yield* read("data.json")).mimeType, "application/json")
    assert.strictEqual((yield* read("blob"))._tag, "Binary")
  }))
