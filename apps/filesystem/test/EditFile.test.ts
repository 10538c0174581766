import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { editFile } from "../src/EditFile.ts"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as Sandbox from "../src/Sandbox.ts"
import type { TextEdit } from "../src/TextEdit.ts"
import { tempDirectory } from "./support/TempDirectory.ts"

const edit = (root: string, path: string, edits: ReadonlyArray<TextEdit>, options?: { readonly dryRun?: boolean }) =>
  Effect.provideServiceEffect(editFile(path, edits, options), Sandbox.Sandbox, Sandbox.make([root]))

const change: TextEdit = { oldText: "old", newText: "new" }

it.effect("shows the diff, and writes only without dryRun", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "\uFEFFold\n" })
    const diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-\uFEFFold\n+\uFEFFnew\n"
    assert.deepStrictEqual(yield* edit(top, "f", [change], { dryRun: true }), {
      path: `${top}/f`,
      diff,
      written: false
    })
    assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "\uFEFFold\n")
    assert.deepStrictEqual(yield* edit(top, "f", [change]), { path: `${top}/f`, diff, written: true })
    assert.strictEqual(Fs.readFileSync(`${top}/f`, "utf8"), "\uFEFFnew\n")
  }))

it.effect("applies all edits or none", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "old", binary: Uint8Array.of(0, 255) })
    const inode = Fs.statSync(`${top}/f`).ino
    const error = yield* Effect.flip(edit(top, "f", [change, { oldText: "missing", newText: "" }]))
    assert.strictEqual(error._tag, "EditFailed")
    assert.include(error.message, "edit 1 does not occur")
    const many = Effect.provideService(edit(top, "f", [change, change]), Limits, { ...defaults, maxEdits: 1 })
    assert.strictEqual((yield* Effect.flip(many))._tag, "TooLarge")
    assert.strictEqual((yield* Effect.flip(edit(top, "binary", [change])))._tag, "NotText")
    assert.isFalse((yield* edit(top, "f", [{ oldText: "old", newText: "old" }])).written)
    assert.strictEqual(Fs.statSync(`${top}/f`).ino, inode)
  }))

it.effect("loses no edit when many edit one file: each is written or fails with Changed", () =>
  Effect.gen(function*() {
    const names = Array.from({ length: 20 }, (_, index) => `<${index}>`)
    const top = yield* tempDirectory({ f: names.join("\n") })
    const exits = yield* Effect.forEach(
      names,
      (oldText) => Effect.result(edit(top, "f", [{ oldText, newText: "done" }])),
      { concurrency: "unbounded" }
    )
    const text = Fs.readFileSync(`${top}/f`, "utf8")
    for (const [index, exit] of exits.entries()) {
      if (exit._tag === "Failure") assert.strictEqual(exit.failure._tag, "Changed")
      assert.strictEqual(text.includes(names[index] ?? ""), exit._tag === "Failure")
    }
    assert.isTrue(exits.some((exit) => exit._tag === "Success"))
  }))
