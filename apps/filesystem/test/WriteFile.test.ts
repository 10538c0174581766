import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { writeFile, type WriteOptions } from "../src/WriteFile.ts"
import { strategies } from "./support/Strategies.ts"
import { swapping } from "./support/Swapper.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

describe.each(strategies)("writing, holding $guarantee", (openAt) => {
  const write = (root: string, path: string, contents: string | Uint8Array, options?: WriteOptions) =>
    Effect.provideServiceEffect(
      writeFile(path, contents, options),
      Sandbox.Sandbox,
      Sandbox.make([root], { openAt })
    )

  it.effect("creates a file, then replaces it and keeps its permissions", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ d: {} })
      assert.deepStrictEqual(yield* write(top, "d/f", "häuser"), { path: `${top}/d/f`, size: 7, created: true })
      Fs.chmodSync(`${top}/d/f`, 0o750)
      const inode = Fs.statSync(`${top}/d/f`).ino
      assert.isFalse((yield* write(top, "d/f", Uint8Array.of(1, 2))).created)
      assert.deepStrictEqual([...Fs.readFileSync(`${top}/d/f`)], [1, 2])
      assert.strictEqual(Fs.statSync(`${top}/d/f`).mode & 0o777, 0o750)
      assert.notStrictEqual(Fs.statSync(`${top}/d/f`).ino, inode)
      assert.deepStrictEqual(Fs.readdirSync(`${top}/d`), ["f"])
      assert.strictEqual(openBelow(top), 0)
    }))

  it.effect("does not overwrite when told not to", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "old", gone: ["->", "nowhere"] })
      assert.strictEqual((yield* Effect.flip(write(top, "f", "new", { overwrite: false })))._tag, "AlreadyExists")
      assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "old")
      yield* write(top, "g", "new", { overwrite: false })
      assert.strictEqual(Fs.readFileSync(`${top}/g`, "utf8"), "new")
      const writes = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, index) => `${index}`),
        (text) => Effect.exit(write(top, "race", text, { overwrite: false })),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(writes.filter((exit) => exit._tag === "Success").length, 1)
      assert.deepStrictEqual(Fs.readdirSync(top).sort(), ["f", "g", "gone", "race"])
    }))

  it.effect("leaves the old file and nothing else when it cannot write", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "old", d: { x: "" }, out: ["->", "/etc/new"] })
      const tag = (path: string, limits = {}) =>
        Effect.map(
          Effect.flip(Effect.provideService(write(top, path, "new text"), Limits, { ...defaults, ...limits })),
          (error) => error._tag
        )
      assert.strictEqual(yield* tag("f", { maxWriteBytes: 3 }), "TooLarge")
      assert.strictEqual(yield* tag("d"), "NotAFile")
      assert.strictEqual(yield* tag("no/f"), "NotFound")
      assert.strictEqual(yield* tag("f/g"), "NotADirectory")
      assert.strictEqual(yield* tag("out"), "AccessDenied")
      assert.strictEqual(yield* tag("."), "AccessDenied")
      assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "old")
      assert.deepStrictEqual(Fs.readdirSync(top).sort(), ["d", "f", "out"])
    }))

  it.effect("writes through a link inside and keeps the link", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ d: { f: "old" }, link: ["->", "d/f"], fresh: ["->", "d/new"] })
      yield* write(top, "link", "new")
      yield* write(top, "fresh", "made")
      assert.strictEqual(Fs.readlinkSync(`${top}/link`), "d/f")
      assert.strictEqual(Fs.readFileSync(`${top}/d/f`, "utf8"), "new")
      assert.strictEqual(Fs.readFileSync(`${top}/d/new`, "utf8"), "made")
    }))

  it.effect("notices a change since the file was read", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "old" })
      const stats = Fs.statSync(`${top}/f`, { bigint: true })
      yield* write(top, "f", "mine", { unchangedSince: stats })
      assert.strictEqual((yield* Effect.flip(write(top, "f", "theirs", { unchangedSince: stats })))._tag, "Changed")
      Fs.rmSync(`${top}/f`)
      assert.strictEqual((yield* Effect.flip(write(top, "f", "theirs", { unchangedSince: stats })))._tag, "Changed")
      assert.deepStrictEqual(Fs.readdirSync(top), [])
    }))
})

it.effect("a reader never sees a mixture or nothing", () =>
  Effect.gen(function*() {
    const texts = ["a".repeat(200_000), "b".repeat(200_000)]
    const top = yield* tempDirectory({ f: texts[0] ?? "" })
    const sandbox = yield* Sandbox.make([top])
    let writing = true
    yield* Effect.all([
      Effect.ensuring(
        Effect.forEach(
          Array.from({ length: 40 }, (_, index) => texts[index % 2] ?? ""),
          (text) => Effect.provideService(writeFile("f", text), Sandbox.Sandbox, sandbox)
        ),
        Effect.sync(() => {
          writing = false
        })
      ),
      Effect.gen(function*() {
        while (writing) {
          assert.include(texts, Fs.readFileSync(`${top}/f`, "utf8"))
          yield* Effect.promise(() => Fs.promises.stat(top))
        }
      })
    ], { concurrency: 2 })
  }))

it.effect("a directory swapped for a link during writes lets nothing be written outside", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { d: { f: "" } }, out: {} })
    const sandbox = yield* Sandbox.make([`${top}/root`])
    const { done } = yield* swapping(`${top}/root/d`, "../out", 10_000)
    let written = 0
    while (!done()) {
      const exit = yield* Effect.exit(Effect.provideService(writeFile("d/f", "text"), Sandbox.Sandbox, sandbox))
      if (exit._tag === "Success") written++
    }
    assert.deepStrictEqual(Fs.readdirSync(`${top}/out`), [])
    assert.isAbove(written, 0)
    assert.strictEqual(openBelow(top), 0)
  }), 60_000)
