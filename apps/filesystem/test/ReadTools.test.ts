import { assert, it } from "@effect/vitest"
import * as Tool from "@mcp-effect/core/Tool"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as FileUri from "../src/FileUri.ts"
import { call, connect, failure, serving, texts } from "./support/Session.ts"
import { onLinux } from "./support/Strategies.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const image = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])

it.effect("read_text_file answers with the text alone, and with what is missing where only some lines are read", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "f.txt": "1\n2\n3\n4\n" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const read = (input: object) => Effect.map(call(client, "read_text_file", { path: "f.txt", ...input }), texts)
      assert.deepStrictEqual(yield* read({}), ["1\n2\n3\n4\n"])
      assert.deepStrictEqual(yield* read({ head: 4 }), ["1\n2\n3\n4\n"])
      assert.deepStrictEqual(yield* read({ head: 2 }), ["1\n2\n", "Lines read: 2. The file has more after them."])
      assert.deepStrictEqual(yield* read({ tail: 1 }), ["4\n", "Lines read: 1. The file has more before them."])
      assert.deepStrictEqual(yield* read({ offset: 1, limit: 2 }), [
        "2\n3\n",
        "Lines read: 2. The file has more before and after them."
      ])
    }).pipe(serving(top))
  }))

it.effect("read_text_file refuses what contradicts itself, what is binary and what is outside, each as a result", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { "f.txt": "1\n", "b.bin": image }, secret: "secret" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const contradiction = yield* call(client, "read_text_file", { path: "f.txt", head: 1, tail: 1 })
      assert.strictEqual(contradiction.isError, true)
      assert.deepStrictEqual(texts(contradiction), [
        "Only one of head, tail, and offset with limit can be asked for"
      ])
      assert.deepStrictEqual(yield* call(client, "read_text_file", { path: "b.bin" }), {
        content: [{ type: "text", text: "b.bin is not UTF-8 text" }],
        structuredContent: { _tag: "NotText", path: "b.bin" },
        _meta: { [Tool.errorMetaKey]: { _tag: "NotText", path: "b.bin" } },
        isError: true
      })
      assert.deepStrictEqual(yield* call(client, "read_text_file", { path: "../secret" }), {
        content: [{ type: "text", text: "Access denied: ../secret is not inside the allowed directories" }],
        structuredContent: { _tag: "AccessDenied", path: "../secret" },
        _meta: { [Tool.errorMetaKey]: { _tag: "AccessDenied", path: "../secret" } },
        isError: true
      })
      const negative = yield* call(client, "read_text_file", { path: "f.txt", head: -1 })
      assert.strictEqual(negative.isError, true)
    }).pipe(serving(`${top}/root`))
  }))

it.effect("read_media_file answers with an image, a sound, or else an embedded resource", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ "i.png": image, "s.mp3": image, "x y.bin": image })
    const data = Buffer.from(image).toString("base64")
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const read = (path: string) => Effect.map(call(client, "read_media_file", { path }), ({ content }) => content)
      assert.deepStrictEqual(yield* read("i.png"), [{ type: "image", data, mimeType: "image/png" }])
      assert.deepStrictEqual(yield* read("s.mp3"), [{ type: "audio", data, mimeType: "audio/mpeg" }])
      const uri = FileUri.fromPath(`${top}/x y.bin`)
      assert.deepStrictEqual(yield* read("x y.bin"), [
        { type: "resource", resource: { uri, mimeType: "application/octet-stream", blob: data } }
      ])
    }).pipe(serving(top))
  }))

it.effect("read_multiple_files reads what it can, and fails only when it can read nothing", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { a: "A", b: "B" }, secret: "secret" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const some = yield* call(client, "read_multiple_files", { paths: ["a", "none", "../secret", "b"] })
      assert.deepStrictEqual(some, {
        content: [
          { type: "text", text: "a:\nA" },
          { type: "text", text: "none: Nothing exists at none" },
          { type: "text", text: "../secret: Access denied: ../secret is not inside the allowed directories" },
          { type: "text", text: "b:\nB" }
        ]
      })
      assert.strictEqual((yield* call(client, "read_multiple_files", { paths: ["none"] })).isError, true)
      assert.strictEqual((yield* call(client, "read_multiple_files", { paths: [] })).isError, true)
    }).pipe(serving(`${top}/root`))
  }))

it.effect("read_multiple_files reads no more in all than one file may have, and no more files than allowed", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: "four", b: "four", c: "2c" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.deepStrictEqual(texts(yield* call(client, "read_multiple_files", { paths: ["a", "b", "c"] })), [
        "a:\nfour",
        `b: ${top}/b: more than the 2 bytes allowed in one call`,
        "c:\n2c"
      ])
      const many = yield* call(client, "read_multiple_files", { paths: ["a", "b", "c", "a"] })
      assert.deepStrictEqual(failure(many), { _tag: "TooLarge", path: "paths", limit: 3, unit: "files" })
    }).pipe(serving(top), Effect.provideService(Limits, { ...defaults, maxTextBytes: 6, maxFiles: 3 }))
  }))

const MEBIBYTE = 1024 * 1024

it.effect("a large read reports its progress in bytes, a small one does not", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ large: new Uint8Array(5 * MEBIBYTE), small: "small" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const progress: Array<number> = []
      const read = (path: string) =>
        client.request("tools/call", { name: "read_media_file", arguments: { path } }, {
          onProgress: (update) => Effect.sync(() => progress.push(update.progress))
        })
      yield* read("large")
      assert.deepStrictEqual(progress, [1, 2, 3, 4, 5].map((steps) => steps * MEBIBYTE))
      yield* read("small")
      assert.strictEqual(progress.length, 5)
    }).pipe(serving(top))
  }))

it.effect("a cancelled read stops and closes its file (CANC-2)", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ huge: "" })
    // It takes no room on the disk, and has one line.
    Fs.truncateSync(`${top}/huge`, 200 * MEBIBYTE)
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const begun = yield* Deferred.make<void>()
      let progress = 0
      const reading = yield* Effect.forkChild(
        client.request("tools/call", { name: "read_text_file", arguments: { path: "huge", offset: 1 } }, {
          onProgress: (update) => {
            progress = update.progress
            return Deferred.succeed(begun, undefined)
          }
        })
      )
      yield* Deferred.await(begun)
      if (onLinux) assert.strictEqual(openBelow(top), 1)
      yield* Fiber.interrupt(reading)
      // Each of these takes the server some turns; the read would take thousands.
      for (let turn = 0; turn < 20 && openBelow(top) > 0; turn++) yield* call(client, "list_allowed_directories")
      for (let turn = 0; turn < 20 && openBelow(top) > 0; turn++) yield* call(client, "get_file_info", { path: "huge" })
      assert.strictEqual(openBelow(top), 0)
      assert.isBelow(progress, 200 * MEBIBYTE)
    }).pipe(serving(top))
  }))
