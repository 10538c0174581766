import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { moveFile } from "../src/MoveFile.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { strategies } from "./support/Strategies.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

describe.each(strategies)("moving, holding $guarantee", (openAt) => {
  const move = (root: string, source: string, destination: string) =>
    Effect.provideServiceEffect(
      moveFile(source, destination),
      Sandbox.Sandbox,
      Sandbox.make([root], { openAt })
    )

  const refused = (root: string, source: string, destination: string) =>
    Effect.map(Effect.flip(move(root, source, destination)), (error) => error._tag)

  it.effect("moves files, directories and links themselves", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "text", d: { x: "x" }, link: ["->", "/etc/passwd"], to: {} })
      assert.deepStrictEqual(yield* move(top, "f", "to/g"), { source: `${top}/f`, destination: `${top}/to/g` })
      yield* move(top, "d", "to/e")
      yield* move(top, "link", "to/link")
      assert.strictEqual(Fs.readFileSync(`${top}/to/g`, "utf8"), "text")
      assert.strictEqual(Fs.readFileSync(`${top}/to/e/x`, "utf8"), "x")
      assert.strictEqual(Fs.readlinkSync(`${top}/to/link`), "/etc/passwd")
      assert.deepStrictEqual(Fs.readdirSync(top), ["to"])
      assert.strictEqual(openBelow(top), 0)
    }))

  it.effect("never overwrites: not a file, an empty directory, a link or itself", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ f: "f", g: "g", d: {}, e: {}, dangling: ["->", "nowhere"] })
      for (const pair of ["f g", "f d", "d e", "d f", "f dangling", "f f"]) {
        const [source = "", destination = ""] = pair.split(" ")
        assert.strictEqual(yield* refused(top, source, destination), "AlreadyExists", pair)
      }
      assert.strictEqual(Fs.readFileSync(`${top}/g`, "utf8"), "g")
      assert.deepStrictEqual(Fs.readdirSync(top).sort(), ["d", "dangling", "e", "f", "g"])
    }))

  it.effect("only one of many moves to the same name succeeds, and nothing is lost", () =>
    Effect.gen(function*() {
      const names = Array.from({ length: 20 }, (_, index) => `f${index}`)
      const top = yield* tempDirectory(Object.fromEntries(names.map((name) => [name, name])))
      const exits = yield* Effect.forEach(names, (name) => Effect.exit(move(top, name, "to")), {
        concurrency: "unbounded"
      })
      assert.strictEqual(exits.filter((exit) => exit._tag === "Success").length, 1)
      const contents = Fs.readdirSync(top).map((name) => Fs.readFileSync(`${top}/${name}`, "utf8"))
      assert.deepStrictEqual(contents.sort(), [...names].sort())
    }))

  it.effect("moves neither out, nor in, nor a root, nor a directory into itself", () =>
    Effect.gen(function*() {
      const top = yield* tempDirectory({ root: { f: "f", d: {}, out: ["->", "../out"] }, out: { secret: "s" } })
      const root = `${top}/root`
      assert.strictEqual(yield* refused(root, "f", "../out/f"), "AccessDenied")
      assert.strictEqual(yield* refused(root, "f", "out/f"), "AccessDenied")
      assert.strictEqual(yield* refused(root, "out/secret", "g"), "AccessDenied")
      assert.strictEqual(yield* refused(root, ".", "d/root"), "AccessDenied")
      assert.strictEqual(yield* refused(root, "d", "d/inside"), "InvalidPath")
      assert.strictEqual(yield* refused(root, "missing", "g"), "NotFound")
      assert.strictEqual(yield* refused(root, "f", "no/g"), "NotFound")
      assert.deepStrictEqual(Fs.readdirSync(`${root}/d`), [])
      assert.deepStrictEqual(Fs.readdirSync(root).sort(), ["d", "f", "out"])
      assert.deepStrictEqual(Fs.readdirSync(`${top}/out`), ["secret"])
    }))
})
