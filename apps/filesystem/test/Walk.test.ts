import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import type { OpenAt } from "../src/OpenAt.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { strategies } from "./support/Strategies.ts"
import { swapping } from "./support/Swapper.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const SWAPS = 10_000

const layout = { root: { d: { e: { f: "public" } } }, out: { e: { f: "SECRET" }, f: "SECRET" } }

const content = (sandbox: Sandbox.Access, path: string) =>
  Effect.scoped(Effect.flatMap(
    sandbox.file(path),
    (file) => Effect.promise(() => file.handle.readFile("utf8"))
  ))

// Reads for as long as the swaps go on, and counts what came of it.
const readWhile = Effect.fnUntraced(function*(sandbox: Sandbox.Access, path: string, done: () => boolean) {
  const seen = new Map<string, number>()
  while (!done()) {
    const outcome = yield* Effect.match(content(sandbox, path), {
      onSuccess: (text) => text,
      onFailure: (error) => error._tag
    })
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
  }
  return seen
})

// What each name is swapped for, while the path below it is read.
const places: ReadonlyArray<readonly [swapped: string, target: string]> = [
  ["d/e/f", "../../../out/f"],
  ["d/e", "../../out/e"],
  ["d", "../out"]
]

describe.each(strategies)("links swapped during reads, holding $guarantee", (openAt) => {
  it.effect.each(places)(
    `%s swapped ${SWAPS} times for a link to %s: no escape`,
    ([name, target]) =>
      Effect.gen(function*() {
        const top = yield* tempDirectory(layout)
        const sandbox = yield* Sandbox.make([`${top}/root`], { openAt })
        const { done } = yield* swapping(`${top}/root/${name}`, target, SWAPS)
        const seen = yield* readWhile(sandbox, "d/e/f", done)
        assert.isFalse(seen.has("SECRET"), "a file outside was read")
        assert.isAbove(seen.get("public") ?? 0, 0, "the file inside was never read")
        assert.isAbove(seen.get("AccessDenied") ?? 0, 0, "the swaps were never met")
        assert.strictEqual(openBelow(top), 0)
      }),
    60_000
  )
})

describe("a link swapped in at every single step", () => {
  // Puts a link where a name was, just before the given call of the walk, and takes it away after the read.
  const sabotaged = (steps: OpenAt, swapAt: number, swap: () => void): { openAt: OpenAt; calls: () => number } => {
    let calls = 0
    const step = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.suspend(() => {
        if (calls++ === swapAt) swap()
        return call
      })
    return {
      openAt: {
        ...steps,
        root: (real) => step(steps.root(real)),
        enter: (directory, name) => step(steps.enter(directory, name)),
        hold: (directory, name) =>
          Effect.map(step(steps.hold(directory, name)), (held) => ({ ...held, real: step(held.real) })),
        read: (held) => step(steps.read(held))
      },
      calls: () => calls
    }
  }

  it.effect.each(
    places.flatMap(([name, target]) =>
      strategies.flatMap((openAt) => Array.from({ length: 7 }, (_, step) => ({ name, target, openAt, step })))
    )
  )("$name before step $step: the file inside or an error", ({ name, openAt, step, target }) =>
    Effect.gen(function*() {
      const top = yield* tempDirectory(layout)
      const path = `${top}/root/${name}`
      // The first call of all is the check of the root at the start.
      const sabotage = sabotaged(openAt, step + 1, () => {
        Fs.renameSync(path, `${path}.aside`)
        Fs.symlinkSync(target, path)
      })
      const sandbox = yield* Sandbox.make([`${top}/root`], { openAt: sabotage.openAt })
      const outcome = yield* Effect.match(content(sandbox, "d/e/f"), {
        onSuccess: (text) => text,
        onFailure: (error) => error._tag
      })
      assert.include(["public", "AccessDenied", "InvalidPath", "NotFound"], outcome)
      assert.isAbove(sabotage.calls(), step)
      assert.strictEqual(openBelow(top), 0)
    }))
})
