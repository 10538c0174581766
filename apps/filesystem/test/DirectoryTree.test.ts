import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { directoryTree, type TreeNode } from "../src/DirectoryTree.ts"
import { defaults, Limits } from "../src/FileLimits.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const tree = Effect.fnUntraced(function*(options?: Parameters<typeof directoryTree>[1], limits = {}) {
  const top = yield* tempDirectory({ a: { b: { c: {} }, f: "" }, link: ["->", "/etc"], z: "" })
  const { children, complete } = yield* directoryTree(top, options).pipe(
    Effect.provideServiceEffect(Sandbox.Sandbox, Sandbox.make([top])),
    Effect.provideService(Limits, { ...defaults, ...limits })
  )
  assert.strictEqual(openBelow(top), 0)
  return { children, complete }
})

const file = (name: string) => ({ name, kind: "file" as const })
const link = { name: "link", kind: "link" as const }
const directory = (name: string, ...children: ReadonlyArray<TreeNode>) => ({
  name,
  kind: "directory" as const,
  children
})

it.effect("shows everything below, links unfollowed", () =>
  Effect.gen(function*() {
    assert.deepEqual(yield* tree(), {
      complete: true,
      children: [directory("a", directory("b", directory("c")), file("f")), link, file("z")]
    })
    assert.deepEqual((yield* tree({ exclude: ["b", "link"] })).children, [directory("a", file("f")), file("z")])
  }))

it.effect("marks where a limit cut it short", () =>
  Effect.gen(function*() {
    assert.deepEqual(yield* tree({ depth: 2 }), {
      complete: false,
      children: [directory("a", { ...directory("b"), cut: true }, file("f")), link, file("z")]
    })
    assert.deepEqual((yield* tree({ depth: 1 })).children, [{ ...directory("a"), cut: true }, link, file("z")])
    assert.deepEqual((yield* tree({}, { maxDepth: 1 })).children, [{ ...directory("a"), cut: true }, link, file("z")])
    const few = yield* tree({}, { maxTreeEntries: 4 })
    assert.isFalse(few.complete)
    assert.strictEqual(JSON.stringify(few.children).match(/"name"/g)?.length, 4)
  }))
