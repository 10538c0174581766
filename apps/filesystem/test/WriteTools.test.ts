import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { call, connect, failure, output, serving, texts } from "./support/Session.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

it.effect("write_file creates and replaces, inside the directories only", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { link: ["->", "../out"] }, out: {} })
    const path = `${top}/root/f`
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.deepStrictEqual(yield* output(client, "write_file", { path: "f", content: "ä" }), {
        path,
        size: 2,
        created: true
      })
      assert.deepStrictEqual(yield* output(client, "write_file", { path, content: "" }), {
        path,
        size: 0,
        created: false
      })
      assert.strictEqual(Fs.readFileSync(path, "utf8"), "")
      const outside = yield* call(client, "write_file", { path: "link/f", content: "x" })
      assert.deepStrictEqual(failure(outside), { _tag: "AccessDenied", path: "link/f" })
      assert.isFalse(JSON.stringify(outside).includes("out"))
      assert.deepStrictEqual(Fs.readdirSync(`${top}/out`), [])
    }).pipe(serving(`${top}/root`))
  }))

it.effect("edit_file shows the diff first, then writes it", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "one\ntwo\n" })
    const diff = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    const edits = [{ oldText: "two", newText: "2" }]
    yield* Effect.gen(function*() {
      const client = yield* connect()
      assert.deepStrictEqual(yield* call(client, "edit_file", { path: "f", edits, dryRun: true }), {
        content: [{ type: "text", text: diff }],
        structuredContent: { path: `${top}/f`, diff, written: false }
      })
      assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "one\ntwo\n")
      assert.deepStrictEqual(yield* output(client, "edit_file", { path: "f", edits }), {
        path: `${top}/f`,
        diff,
        written: true
      })
      assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "one\n2\n")
      const again = yield* call(client, "edit_file", { path: "f", edits })
      assert.strictEqual(again.isError, true)
      assert.include(failure(again), { _tag: "EditFailed", path: "f", edit: 0 })
      assert.deepStrictEqual(
        texts(yield* call(client, "edit_file", { path: "f", edits: [{ oldText: "one", newText: "one" }] })),
        ["Nothing to change"]
      )
    }).pipe(serving(top))
  }))

it.effect("edits of one file at the same time all get in", () =>
  Effect.gen(function*() {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"]
    const top = yield* tempDirectory({ f: names.map((name) => `${name} = old\n`).join("") })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const outcomes = yield* Effect.forEach(
        names,
        (name) =>
          output(client, "edit_file", { path: "f", edits: [{ oldText: `${name} = old`, newText: `${name} = new` }] }),
        { concurrency: "unbounded" }
      )
      for (const outcome of outcomes) assert.include(outcome, { written: true })
      assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), names.map((name) => `${name} = new\n`).join(""))
    }).pipe(serving(top))
  }))

it.effect("create_directory creates what is missing, and says whether anything was", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "" })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const path = `${top}/a/b`
      assert.deepStrictEqual(yield* output(client, "create_directory", { path: "a/b" }), { path, created: true })
      assert.deepStrictEqual(yield* output(client, "create_directory", { path: "a/b" }), { path, created: false })
      assert.isTrue(Fs.statSync(path).isDirectory())
      const file = yield* call(client, "create_directory", { path: "f" })
      assert.deepStrictEqual(failure(file), { _tag: "NotADirectory", path: "f" })
    }).pipe(serving(top))
  }))

it.effect("move_file moves, and overwrites nothing", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: "A", b: "B", d: {} })
    yield* Effect.gen(function*() {
      const client = yield* connect()
      const taken = yield* call(client, "move_file", { source: "a", destination: "b" })
      assert.deepStrictEqual(failure(taken), { _tag: "AlreadyExists", path: "b" })
      assert.deepStrictEqual(yield* output(client, "move_file", { source: "a", destination: "d/a" }), {
        source: `${top}/a`,
        destination: `${top}/d/a`
      })
      assert.deepStrictEqual(Fs.readdirSync(top), ["b", "d"])
      assert.strictEqual(Fs.readFileSync(`${top}/d/a`, "utf8"), "A")
    }).pipe(serving(top))
  }))
