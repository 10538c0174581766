import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { createDirectory } from "../src/CreateDirectory.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

it.effect("makes a directory with the ones above it, and is content with one that is there", () =>
  Effect.gen(function*() {
    const top = yield* tempDirectory({ f: "" })
    const create = (path: string) =>
      Effect.provideServiceEffect(createDirectory(path), Sandbox.Sandbox, Sandbox.make([top]))
    assert.deepStrictEqual(yield* create("a/b"), { path: `${top}/a/b`, created: true })
    assert.deepStrictEqual(yield* create("a/b"), { path: `${top}/a/b`, created: false })
    assert.strictEqual((yield* Effect.flip(create("f")))._tag, "NotADirectory")
    assert.strictEqual((yield* Effect.flip(create("f/g")))._tag, "NotADirectory")
    assert.strictEqual((yield* Effect.flip(create("../x")))._tag, "AccessDenied")
    yield* Effect.forEach(Array(20).fill("x/y/z"), create, { concurrency: "unbounded" })
    assert.isTrue(Fs.statSync(`${top}/x/y/z`).isDirectory())
    assert.strictEqual(openBelow(top), 0)
  }))
