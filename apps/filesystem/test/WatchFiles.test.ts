import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import type { FileChange } from "../src/PendingChanges.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { watchFiles } from "../src/WatchFiles.ts"
import { writeFile } from "../src/WriteFile.ts"
import { onLinux } from "./support/Strategies.ts"
import { openBelow, tempDirectory, watchesOn } from "./support/TempDirectory.ts"

const watch = (root: string, path: string, options?: { readonly recursive?: boolean }, limits = {}) =>
  watchFiles(path, options).pipe(
    Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([root])),
    Effect.provideService(Limits, { ...defaults, ...limits })
  )

// The changes up to the one that was waited for.
const until = (changes: Stream.Stream<FileChange, unknown>, path: string) =>
  Stream.runCollect(Stream.takeUntil(changes, (change) => change.path === path)).pipe(
    Effect.map((seen) => seen.map((change) => change.path))
  )

it.effect("tells changes of one file, also when it is replaced, and of no other", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "", other: "", link: ["->", "f"] })
    const changes = yield* watch(top, "link")
    assert.strictEqual(openBelow(top), 0)
    Fs.writeFileSync(`${top}/other`, "x")
    Fs.appendFileSync(`${top}/f`, "x")
    assert.deepStrictEqual(yield* until(changes, `${top}/link`), [`${top}/link`])
    yield* Effect.provideServiceEffect(writeFile("f", "replaced"), Sandbox.Sandbox, Sandbox.make([top]))
    assert.deepStrictEqual(yield* until(changes, `${top}/link`), [`${top}/link`])
    Fs.rmSync(`${top}/f`)
    assert.deepStrictEqual(yield* until(changes, `${top}/link`), [`${top}/link`])
  }).pipe(Effect.scoped))

it.effect("tells changes in a directory but not below it", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ d: { e: { f: "" } } })
    const changes = yield* watch(top, "d")
    Fs.writeFileSync(`${top}/d/e/f`, "x")
    Fs.writeFileSync(`${top}/d/new`, "x")
    assert.deepStrictEqual(yield* until(changes, `${top}/d/new`), [`${top}/d/new`])
  }).pipe(Effect.scoped))

it.effect("tells changes below, in directories that come later too, and not behind links", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { d: { e: {} }, out: ["->", "../out"] }, out: {} })
    const changes = yield* watch(`${top}/root`, ".", { recursive: true })
    Fs.writeFileSync(`${top}/out/f`, "x")
    Fs.writeFileSync(`${top}/root/d/e/f`, "x")
    assert.deepStrictEqual(yield* until(changes, `${top}/root/d/e/f`), [`${top}/root/d/e/f`])
    Fs.mkdirSync(`${top}/root/new/deep`, { recursive: true })
    Fs.writeFileSync(`${top}/root/new/deep/early`, "x")
    yield* until(changes, `${top}/root/new/deep/early`)
    // The watch on the new directory is there by now: it was what told about the file, or came with telling.
    Fs.writeFileSync(`${top}/root/new/deep/late`, "x")
    yield* until(changes, `${top}/root/new/deep/late`)
    // A directory that moved is told by its new name.
    Fs.renameSync(`${top}/root/new`, `${top}/root/moved`)
    yield* until(changes, `${top}/root/moved/deep/late`)
    Fs.writeFileSync(`${top}/root/moved/deep/last`, "x")
    yield* until(changes, `${top}/root/moved/deep/last`)
  }).pipe(Effect.scoped))

it.effect("fails with NotFound when the watched directory goes away", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ d: { f: "" } })
    const directory = yield* watch(top, "d")
    const file = yield* watch(top, "d/f")
    Fs.rmSync(`${top}/d`, { recursive: true })
    assert.strictEqual((yield* Effect.flip(Stream.runDrain(directory)))._tag, "NotFound")
    assert.strictEqual((yield* Effect.flip(Stream.runDrain(file)))._tag, "NotFound")
  }).pipe(Effect.scoped))

it.effect("a slow reader loses paths rather than memory, and is told", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ done: "", d: {} })
    const changes = yield* watch(top, "d", {}, { maxPendingChanges: 10 })
    const other = yield* watch(top, "done")
    for (let index = 0; index < 1000; index++) Fs.writeFileSync(`${top}/d/${index}`, "")
    Fs.writeFileSync(`${top}/done`, "x")
    // The system tells in order, so by now everything was told.
    yield* until(other, `${top}/done`)
    const seen = yield* Stream.runCollect(Stream.takeUntil(changes, (change) => change.missed))
    assert.strictEqual(seen.length, 11)
    assert.deepStrictEqual(seen[10], { path: `${top}/d`, missed: true })
  }).pipe(Effect.scoped))

it.effect("tells that it does not watch more directories than allowed", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ a: {}, b: {}, c: {} })
    const changes = yield* watch(top, ".", { recursive: true }, { maxWatchedDirectories: 2 })
    assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(changes, 1)), [{ path: top, missed: true }])
  }).pipe(Effect.scoped))

it.effect("stops with its scope: the stream ends and nothing is watched", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ d: { e: {} } })
    const scope = yield* Scope.make()
    const changes = yield* Scope.provide(watch(top, ".", { recursive: true }), scope)
    assert.strictEqual(watchesOn(top, `${top}/d`, `${top}/d/e`), onLinux ? 3 : 0)
    yield* Scope.close(scope, Exit.void)
    assert.strictEqual(watchesOn(top, `${top}/d`, `${top}/d/e`), 0)
    Fs.writeFileSync(`${top}/d/f`, "x")
    const exit = yield* Effect.exit(Stream.runCollect(changes))
    assert.isTrue(Exit.isFailure(exit))
  }))

it.effect("refuses what is outside", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { out: ["->", "../secret"] }, secret: {} })
    for (const path of ["out", "../secret", "/etc"]) {
      assert.strictEqual((yield* Effect.flip(watch(`${top}/root`, path)))._tag, "AccessDenied")
    }
  }).pipe(Effect.scoped))
