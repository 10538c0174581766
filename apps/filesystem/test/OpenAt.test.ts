import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import type { Held, OpenAt } from "../src/OpenAt.ts"
import { openAtHandles } from "../src/OpenAtHandles.ts"
import { openAtPaths } from "../src/OpenAtPaths.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { ESCAPE } from "../src/SystemCall.ts"
import { onLinux, strategies } from "./support/Strategies.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

describe.each(strategies)("holding $guarantee", (openAt) => {
  it.effect("does not hold a root whose path leads elsewhere by now", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ a: { root: {} }, b: { root: {} } })
      yield* Effect.flatMap(openAt.root(`${top}/a/root`), (held) => held.close)
      Fs.renameSync(`${top}/a`, `${top}/c`)
      Fs.symlinkSync("b", `${top}/a`)
      const failure = yield* Effect.flip(openAt.root(`${top}/a/root`))
      assert.strictEqual(failure.code, ESCAPE)
      assert.strictEqual(openBelow(top), 0)
    }))

  it.effect("does not enter a link, and holds it as a link", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ d: {}, link: ["->", "d"] })
      const root = yield* Effect.acquireRelease(openAt.root(top), (held) => held.close)
      assert.strictEqual((yield* Effect.flip(openAt.enter(root, "link"))).code, "ENOTDIR")
      const link = yield* Effect.acquireRelease(openAt.hold(root, "link"), (held) => held.close)
      assert.isTrue(link.stats.isSymbolicLink())
    }))
})

it.effect.skipIf(!onLinux)(
  "by handles: a directory carried out of the roots while it is held is refused",
  () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ root: { d: { f: "secret by now" } }, out: {} })
      const openAt: OpenAt = {
        ...openAtHandles,
        enter: (directory, name) =>
          Effect.tap(openAtHandles.enter(directory, name), () =>
            Effect.sync(() => {
              Fs.renameSync(`${top}/root/d`, `${top}/out/d`)
            }))
      }
      const sandbox = yield* Sandbox.make([`${top}/root`], { openAt })
      const error = yield* Effect.flip(Effect.scoped(sandbox.file("d/f")))
      assert.strictEqual(error._tag, "AccessDenied")
      Fs.renameSync(`${top}/out/d`, `${top}/root/d`)
      const entry = yield* Effect.flip(Effect.scoped(sandbox.entry("d/new", { follow: false })))
      assert.strictEqual(entry._tag, "AccessDenied")
      assert.strictEqual(openBelow(top), 0)
    })
)

it.effect("by paths: a link that is there only while the file is opened is noticed by the file's identity", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { d: { f: "public" } }, out: { f: "SECRET" } })
    const path = `${top}/root/d`
    const swapBack = Effect.sync(() => {
      Fs.unlinkSync(path)
      Fs.renameSync(`${path}.aside`, path)
    })
    const openAt: OpenAt = {
      ...openAtPaths,
      read: (held: Held) =>
        Effect.suspend(() => {
          Fs.renameSync(path, `${path}.aside`)
          Fs.symlinkSync("../out", path)
          return openAtPaths.read({ ...held, real: Effect.andThen(swapBack, held.real) })
        })
    }
    const sandbox = yield* Sandbox.make([`${top}/root`], { openAt })
    const error = yield* Effect.flip(Effect.scoped(sandbox.file("d/f")))
    assert.strictEqual(error._tag, "AccessDenied")
    assert.strictEqual(openBelow(top), 0)
  }))
