import { assert, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { applyEdits, type TextEdit } from "../src/TextEdit.ts"

const edit = (text: string, ...edits: ReadonlyArray<TextEdit>): string =>
  Result.getOrThrowWith(applyEdits(text, edits, 1_000_000), ({ edit, problem }) => new Error(`${edit} ${problem}`))

const problem = (text: string, ...edits: ReadonlyArray<TextEdit>) => {
  const result = applyEdits(text, edits, 1000)
  assert.isTrue(Result.isFailure(result))
  return Result.isFailure(result) ? result.failure : undefined
}

it("replaces exactly what is there, one edit after another", () => {
  assert.strictEqual(edit("a b c", { oldText: "b", newText: "x" }, { oldText: "a x", newText: "y" }), "y c")
  assert.strictEqual(edit("a b", { oldText: "b", newText: "$& $1 $$" }), "a $& $1 $$")
  assert.strictEqual(edit("a b", { oldText: " b", newText: "" }), "a")
})

it("refuses text that is missing, empty or ambiguous, and says which edit", () => {
  assert.strictEqual(problem("a", { oldText: "a", newText: "b" }, { oldText: "a", newText: "c" })?.edit, 1)
  assert.include(problem("a", { oldText: "", newText: "b" })?.problem, "no text")
  assert.include(problem("a a", { oldText: "a", newText: "b" })?.problem, "2 times")
  assert.include(problem("\n\n", { oldText: " \n ", newText: "b" })?.problem, "does not occur")
  assert.strictEqual(edit("a a", { oldText: "a", newText: "aa", everywhere: true }), "aa aa")
})

it("finds lines without regard to the white space around them, and indents like the file", () => {
  const text = "class A {\n\tif (x) {  \n\t\ty()\n\t}\n}\n"
  assert.strictEqual(
    edit(text, { oldText: "if (x) {\n  y()\n}\n", newText: "if (z) {\n\n  w()\n}\n" }),
    "class A {\n\tif (z) {\n\n\t  w()\n\t}\n}\n"
  )
  assert.strictEqual(edit("    a\n    b", { oldText: "  a\n  b", newText: "  c\nd" }), "    c\n    d")
  assert.include(problem(" a\n\ta\n", { oldText: "a \n", newText: "b" })?.problem, "2 times")
})

it("prefers an exact match to a loose one", () => {
  assert.strictEqual(edit("  a\na \n", { oldText: "a \n", newText: "b\n" }), "  a\nb\n")
})

it("keeps line endings", () => {
  assert.strictEqual(edit("a\r\nb\r\nc\r\n", { oldText: "a\nb", newText: "x\ny" }), "x\r\ny\r\nc\r\n")
  assert.strictEqual(edit("a\r\nb\nc", { oldText: "b\nc", newText: "x\ny" }), "a\r\nx\ny")
})

it("refuses to multiply a text without end", () => {
  const found = problem("a".repeat(900), { oldText: "a", newText: "b".repeat(1000), everywhere: true })
  assert.include(found?.problem, "longer than 1000")
})

it("takes a bounded time for repeated lines", () => {
  const started = performance.now()
  const lines = "a\n".repeat(200_000)
  problem(` ${lines}`, { oldText: `${"a \n".repeat(100_000)}b`, newText: "x" })
  assert.isBelow(performance.now() - started, 2000)
})
