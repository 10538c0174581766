import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as NodePath from "node:path"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { strategies } from "./support/Strategies.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const content = (sandbox: Sandbox.Access, path: string) =>
  Effect.scoped(Effect.flatMap(
    sandbox.file(path),
    (file) => Effect.promise(() => file.handle.readFile("utf8"))
  ))

const refused = (sandbox: Sandbox.Access, path: string) =>
  Effect.map(Effect.flip(content(sandbox, path)), (error) => error._tag)

describe.each(strategies)("a sandbox that holds $guarantee", (openAt) => {
  const make = (...roots: ReadonlyArray<string>) => Sandbox.make(roots, { openAt })

  it.effect("opens files by absolute and by relative path, and tells the path in the client's words", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ root: { a: { "f.txt": "text" } } })
      const sandbox = yield* make(`${top}/root`)
      assert.strictEqual(sandbox.guarantee, openAt.guarantee)
      assert.strictEqual(yield* content(sandbox, `${top}/root/a/f.txt`), "text")
      assert.strictEqual(yield* content(sandbox, "a/../a/./f.txt"), "text")
      const file = yield* sandbox.file("a/f.txt")
      assert.strictEqual(file.path, `${top}/root/a/f.txt`)
    }))

  it.effect("refuses a sibling whose name only starts like the root, and everything else outside", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ dir: { f: "in" }, "dir-evil": { f: "out" }, "dir.txt": "out" })
      const sandbox = yield* make(`${top}/dir`)
      for (const path of ["/dir-evil/f", "/dir.txt", "/dir/../dir-evil/f", "", "/..", "/dir-evil"]) {
        assert.strictEqual(yield* refused(sandbox, `${top}${path}`), "AccessDenied", path)
      }
      assert.strictEqual(yield* refused(sandbox, "../dir-evil/f"), "AccessDenied")
      assert.strictEqual(yield* refused(sandbox, "/etc/passwd"), "AccessDenied")
    }))

  it.effect("does not tell whether something exists outside", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({
        root: { there: ["->", "../secret"], gone: ["->", "../nothing"], deep: ["->", "../secret/no/such"] },
        secret: "s"
      })
      const sandbox = yield* make(`${top}/root`)
      for (const path of ["there", "gone", "deep", `${top}/secret`, `${top}/nothing`]) {
        assert.strictEqual(yield* refused(sandbox, path), "AccessDenied", path)
      }
    }))

  it.effect("follows links that stay inside, in any number of roots", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({
        one: {
          f: "one",
          d: { f: "deep", up: ["->", "../f"] },
          directory: ["->", "./d/"],
          chain: ["->", "directory/up"],
          physical: ["->", "directory/../f"],
          other: ["->", "../two/f"],
          self: ["->", "."]
        },
        two: { f: "two" }
      })
      // Up above the root and down into it again.
      Fs.symlinkSync(`../../${NodePath.basename(top)}/one/f`, `${top}/one/around`)
      Fs.symlinkSync(`${top}/one/d/f`, `${top}/one/absolute`)
      const sandbox = yield* make(`${top}/one`, `${top}/two`)
      assert.strictEqual(yield* content(sandbox, "absolute"), "deep")
      assert.strictEqual(yield* content(sandbox, "directory/f"), "deep")
      assert.strictEqual(yield* content(sandbox, "chain"), "one")
      assert.strictEqual(yield* content(sandbox, "physical"), "one")
      assert.strictEqual(yield* content(sandbox, "around"), "one")
      assert.strictEqual(yield* content(sandbox, "other"), "two")
      assert.strictEqual(yield* content(sandbox, "self/self/self/d/up"), "one")
      const narrow = yield* make(`${top}/one`)
      assert.strictEqual(yield* refused(narrow, "other"), "AccessDenied")
    }))

  it.effect("resolves `..` behind a link from where the link leads, as the system does", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({
        root: { near: { f: "near" }, far: { sub: {}, f: "far" }, jump: ["->", "far/sub"], target: ["->", "jump/../f"] }
      })
      const sandbox = yield* make(`${top}/root`)
      assert.strictEqual(yield* content(sandbox, "target"), "far")
      assert.strictEqual(Fs.readFileSync(`${top}/root/target`, "utf8"), "far")
    }))

  it.effect("refuses links that leave, wherever they are on the way", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({
        root: {
          file: ["->", "../out/f"],
          directory: ["->", "../out"],
          absolute: ["->", "/etc"],
          twice: ["->", "directory"],
          climb: ["->", "../../../../../../../../etc"],
          sibling: ["->", "../root-evil/f"]
        },
        out: { f: "secret", root: { f: "secret" } },
        "root-evil": { f: "secret" }
      })
      const sandbox = yield* make(`${top}/root`)
      for (const path of ["file", "directory/f", "absolute/passwd", "twice/f", "climb/passwd", "sibling"]) {
        assert.strictEqual(yield* refused(sandbox, path), "AccessDenied", path)
      }
      for (const path of ["directory", "twice", "absolute"]) {
        const error = yield* Effect.flip(Effect.scoped(sandbox.directory(path)))
        assert.strictEqual(error._tag, "AccessDenied", path)
      }
      const entry = yield* Effect.flip(Effect.scoped(sandbox.entry("directory/new", { follow: true })))
      assert.strictEqual(entry._tag, "AccessDenied")
    }))

  it.effect("gives up on links in a circle and on too many of them", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ a: ["->", "b"], b: ["->", "a"], c: ["->", "d"], d: ["->", "e"], e: "end" })
      const sandbox = yield* make(top)
      assert.strictEqual(yield* refused(sandbox, "a"), "InvalidPath")
      assert.strictEqual(yield* content(sandbox, "c"), "end")
      const error = yield* Effect.provideService(refused(sandbox, "c"), Limits, { ...defaults, maxLinks: 1 })
      assert.strictEqual(error, "InvalidPath")
    }))

  it.effect("opens regular files only, and a pipe without a writer does not block it", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ d: {}, f: "x" })
      execFileSync("/usr/bin/env", ["mkfifo", `${top}/pipe`])
      const sandbox = yield* make(top)
      assert.strictEqual(yield* refused(sandbox, "pipe"), "NotAFile")
      assert.strictEqual(yield* refused(sandbox, "d"), "NotAFile")
      assert.strictEqual(yield* refused(sandbox, "f/g"), "NotADirectory")
      assert.strictEqual(yield* refused(sandbox, "no/such"), "NotFound")
      const directory = yield* Effect.flip(Effect.scoped(sandbox.directory("f")))
      assert.strictEqual(directory._tag, "NotADirectory")
      const held = yield* Effect.scoped(sandbox.hold("pipe"))
      assert.isTrue(held.stats.isFIFO())
    }))

  it.effect("refuses paths that can name nothing, and does not repeat a long one", () =>
    Effect.gen(function*() {
      const sandbox = yield* make(yield* tempDirectory({}))
      for (const path of ["", "a\0b", "x".repeat(1_000_000)]) {
        const error = yield* Effect.flip(Effect.scoped(sandbox.file(path)))
        assert.strictEqual(error._tag, "InvalidPath")
        assert.isBelow(error.message.length, 2000)
      }
      assert.strictEqual(yield* refused(sandbox, "x".repeat(300)), "InvalidPath")
    }))

  it.effect("gives errors the client's path and never the real one", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ real: { out: ["->", "/root/secret-place"] }, given: ["->", "real"] })
      const sandbox = yield* make(`${top}/given`)
      for (const path of ["out", "missing", `${top}/given/missing`]) {
        const error = yield* Effect.flip(Effect.scoped(sandbox.file(path)))
        assert.strictEqual(error.path, path)
        assert.notInclude(error.message, "secret-place")
        assert.notInclude(error.message, `${top}/real`)
      }
    }))

  it.effect("allows a root by its real and by its given path", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ real: { f: "x" }, given: ["->", "real"] })
      const sandbox = yield* make(`${top}/given`)
      assert.strictEqual(yield* content(sandbox, `${top}/given/f`), "x")
      assert.strictEqual(yield* content(sandbox, `${top}/real/f`), "x")
      assert.strictEqual((yield* sandbox.directory(".")).path, `${top}/given`)
    }))

  it.effect("refuses to start over something that is no directory", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "x" })
      assert.strictEqual((yield* Effect.flip(make(`${top}/f`)))._tag, "NotADirectory")
      assert.strictEqual((yield* Effect.flip(make(`${top}/missing`)))._tag, "NotFound")
    }))

  it.effect("notices that a root itself was replaced by a link", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ a: { root: { f: "in" } }, out: { root: { f: "secret" } } })
      const sandbox = yield* make(`${top}/a/root`)
      Fs.renameSync(`${top}/a`, `${top}/b`)
      Fs.symlinkSync("out", `${top}/a`)
      assert.strictEqual(yield* refused(sandbox, "f"), "AccessDenied")
    }))

  it.effect("makes missing directories on the way, never outside", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ root: { out: ["->", "../outside"], dangling: ["->", "x/y"] }, outside: {} })
      const sandbox = yield* make(`${top}/root`)
      yield* Effect.scoped(sandbox.directory("a/b/c", { create: true }))
      assert.isTrue(Fs.statSync(`${top}/root/a/b/c`).isDirectory())
      yield* Effect.scoped(sandbox.directory("dangling/z", { create: true }))
      assert.isTrue(Fs.statSync(`${top}/root/x/y/z`).isDirectory())
      const error = yield* Effect.flip(Effect.scoped(sandbox.directory("out/new", { create: true })))
      assert.strictEqual(error._tag, "AccessDenied")
      assert.deepStrictEqual(Fs.readdirSync(`${top}/outside`), [])
    }))

  it.effect("narrows to what the client's roots have in common with its own", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({
        root: { a: { f: "a" }, b: { f: "b" }, file: "x", out: ["->", "../other"], toB: ["->", "b"] },
        "root-evil": {},
        other: { f: "other" }
      })
      const sandbox = yield* make(`${top}/root`)
      const uri = (path: string) => `file://${top}${path}`
      const narrowed = yield* sandbox.narrow([
        uri("/root/a"),
        uri("/root-evil"),
        uri("/root/out"),
        uri("/root/file"),
        uri("/root/no"),
        "https://example.com/",
        "nonsense"
      ])
      assert.deepStrictEqual(narrowed.roots, [{ given: `${top}/root/a`, real: `${top}/root/a` }])
      assert.strictEqual(yield* content(narrowed, "f"), "a")
      assert.strictEqual(yield* refused(narrowed, `${top}/root/b/f`), "AccessDenied")
      assert.strictEqual(yield* refused(narrowed, "../b/f"), "AccessDenied")

      const wider = yield* sandbox.narrow([uri("")])
      assert.deepStrictEqual(wider.roots, sandbox.roots)
      const linked = yield* sandbox.narrow([uri("/root/toB")])
      assert.strictEqual(yield* content(linked, `${top}/root/toB/f`), "b")
      assert.strictEqual(yield* refused(linked, `${top}/root/a/f`), "AccessDenied")

      const none = yield* sandbox.narrow([])
      assert.strictEqual(yield* refused(none, "f"), "AccessDenied")
      // Narrowing again never widens.
      assert.deepStrictEqual((yield* narrowed.narrow([uri("/root")])).roots, narrowed.roots)
      assert.deepStrictEqual((yield* narrowed.narrow([uri("/root/b")])).roots, [])
    }))

  it.effect("closes every handle, whether it succeeded or failed", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ a: { b: { f: "x", up: ["->", "../../a/b/f"], out: ["->", "/etc"] } } })
      const sandbox = yield* make(top)
      for (const path of ["a/b/f", "a/b/up", "a/b/out/x", "a/b/no", "a/b", "a/b/f/g", "/etc/passwd"]) {
        yield* Effect.exit(content(sandbox, path))
        yield* Effect.exit(Effect.scoped(sandbox.directory(path)))
        yield* Effect.exit(Effect.scoped(sandbox.hold(path)))
        yield* Effect.exit(Effect.scoped(sandbox.entry(path, { follow: true })))
      }
      assert.strictEqual(openBelow(top), 0)
    }))
})

it.effect("holds by handles on Linux without being told", () =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.make([yield* tempDirectory({})])
    assert.strictEqual(sandbox.guarantee, process.platform === "linux" ? "handles" : "paths")
  }))
