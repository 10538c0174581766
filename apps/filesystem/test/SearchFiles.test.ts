import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { searchFiles } from "../src/SearchFiles.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const layout = {
  "a.ts": "",
  "b.js": "",
  src: { "c.ts": "", test: { "d.ts": "" }, loop: ["->", ".."] },
  node_modules: { pkg: { "e.ts": "" } },
  ".git": { "f.ts": "" },
  out: ["->", "/etc"]
} as const

const search = Effect.fnUntraced(function*(
  pattern: string,
  options?: Parameters<typeof searchFiles>[2],
  limits = {}
) {
  const top = yield* tempDirectory(layout)
  const result = yield* searchFiles(".", pattern, options).pipe(
    Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([top])),
    Effect.provideService(Limits, { ...defaults, ...limits }),
    Effect.ensuring(Effect.sync(() => assert.strictEqual(openBelow(top), 0)))
  )
  return { complete: result.complete, paths: result.matches.map((match) => match.path.slice(top.length + 1)) }
})

it.effect("finds paths by pattern, in order, without following links", () =>
  Effect.gen(function*() {
    assert.deepStrictEqual(yield* search("**/*.ts"), {
      complete: true,
      paths: [".git/f.ts", "a.ts", "node_modules/pkg/e.ts", "src/c.ts", "src/test/d.ts"]
    })
    assert.deepStrictEqual((yield* search("*.ts")).paths, ["a.ts"])
    assert.deepStrictEqual((yield* search("src/**")).paths, ["src/c.ts", "src/loop", "src/test", "src/test/d.ts"])
    assert.deepStrictEqual((yield* search("**", { kind: "directory" })).paths, [
      ".git",
      "node_modules",
      "node_modules/pkg",
      "src",
      "src/test"
    ])
  }))

it.effect("leaves out what is excluded and all below it", () =>
  Effect.gen(function*() {
    assert.deepStrictEqual((yield* search("**/*.ts", { exclude: ["node_modules", ".*", "src/test"] })).paths, [
      "a.ts",
      "src/c.ts"
    ])
    assert.deepStrictEqual((yield* search("**/*.ts", { exclude: ["test"] })).paths.includes("src/test/d.ts"), false)
  }))

it.effect("says when a limit cut it short", () =>
  Effect.gen(function*() {
    assert.deepStrictEqual(yield* search("**/*.ts", {}, { maxMatches: 2 }), {
      complete: false,
      paths: [".git/f.ts", "a.ts"]
    })
    assert.isTrue((yield* search("**/*.ts", {}, { maxMatches: 5 })).complete)
    assert.isFalse((yield* search("**/*.ts", {}, { maxVisited: 5 })).complete)
    const shallow = yield* search("**/*.ts", {}, { maxDepth: 1 })
    assert.deepStrictEqual(shallow, { complete: false, paths: [".git/f.ts", "a.ts", "src/c.ts"] })
  }))

it.effect("refuses patterns that are too long, too many or broken", () =>
  Effect.gen(function*() {
    assert.strictEqual((yield* Effect.flip(search("a".repeat(1000))))._tag, "InvalidPattern")
    assert.strictEqual((yield* Effect.flip(search("{a")))._tag, "InvalidPattern")
    assert.strictEqual((yield* Effect.flip(search("*", { exclude: ["{a"] })))._tag, "InvalidPattern")
    assert.strictEqual((yield* Effect.flip(search("*", { exclude: Array(1000).fill("a") })))._tag, "TooLarge")
  }))

it.effect("leaves a directory that became a link out", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ root: { d: { f: "" } }, out: { secret: "" } })
    const sandbox = yield* Sandbox.make([`${top}/root`])
    const sabotaged: Sandbox.Access = {
      ...sandbox,
      enter: (directory, name) =>
        Effect.suspend(() => {
          Fs.renameSync(`${top}/root/d`, `${top}/root/aside`)
          Fs.symlinkSync("../out", `${top}/root/d`)
          return sandbox.enter(directory, name)
        })
    }
    const found = yield* Effect.provideService(searchFiles(".", "**/*"), Sandbox.Sandbox, sabotaged)
    assert.deepStrictEqual(found, { matches: [{ path: `${top}/root/d`, kind: "directory" }], complete: false })
  }))
