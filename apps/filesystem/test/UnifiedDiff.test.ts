import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { lineDiff } from "../src/LineDiff.ts"
import { unifiedDiff } from "../src/UnifiedDiff.ts"

const linesOf = (text: string): Array<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** What `patch` does with a diff: every line it keeps or removes must be there. */
const patch = (text: string, diff: string): string => {
  const old = linesOf(text)
  const result: Array<string> = []
  let position = 0
  const body = linesOf(diff).slice(2)
  for (const [index, line] of body.entries()) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (header !== null) {
      const start = header[2] === "0" ? Number(header[1]) : Number(header[1]) - 1
      result.push(...old.slice(position, start))
      position = start
      assert.strictEqual(result.length, header[4] === "0" ? Number(header[3]) : Number(header[3]) - 1, "the new start")
      continue
    }
    if (line.startsWith("\\")) continue
    const unended = body[index + 1]?.startsWith("\\") === true
    const content = unended ? line.slice(1, -1) : line.slice(1)
    if (line.startsWith("+")) result.push(content)
    else {
      assert.strictEqual(old[position], content)
      position++
      if (line.startsWith(" ")) result.push(content)
    }
  }
  return [...result, ...old.slice(position)].join("")
}

const Line = Schema.Literals(["a", "b", "c", ""])
const Text = Schema.Struct({ lines: Schema.Array(Line).check(Schema.isMaxLength(40)), ended: Schema.Boolean })
const textOf = ({ ended, lines }: typeof Text.Type) => lines.join("\n") + (ended && lines.length > 0 ? "\n" : "")

describe("a unified diff", () => {
  it.prop(
    "patches the old text to the new one",
    [Text, Text, Schema.Literals([0, 3, 1000])],
    ([before, after, limit]) => {
      const diff = unifiedDiff("f", textOf(before), textOf(after), limit)
      assert.strictEqual(diff === "", textOf(before) === textOf(after))
      assert.strictEqual(patch(textOf(before), diff), textOf(after))
    }
  )

  it("has the shape other tools read", () => {
    const before = Array.from({ length: 20 }, (_, index) => `${index}\n`).join("")
    const after = before.replace("\n3\n", "\nthree\n").replace("\n17\n18", "\n17\nnew\n18").trimEnd()
    assert.strictEqual(
      unifiedDiff("f.txt", before, after, 100),
      `--- a/f.txt
+++ b/f.txt
@@ -1,7 +1,7 @@
 0
 1
 2
-3
+three
 4
 5
 6
@@ -16,5 +16,6 @@
 15
 16
 17
+new
 18
-19
+19
\\ No newline at end of file
`
    )
    assert.strictEqual(unifiedDiff("f", "", "x\n", 100), "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n")
    assert.strictEqual(unifiedDiff("f", "x\n", "", 100), "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-x\n")
  })
})

describe("a line diff", () => {
  it.prop("has no more changes than any other way", [Schema.Array(Line), Schema.Array(Line)], ([before, after]) => {
    const changed = lineDiff(before, after, 1000).reduce((sum, change) => sum + change.oldCount + change.newCount, 0)
    assert.strictEqual(changed, before.length + after.length - 2 * longestCommon(before, after))
  })

  it("takes a bounded time for large texts that differ everywhere", () => {
    const before = Array.from({ length: 200_000 }, (_, index) => `${index % 7}`)
    const after = Array.from({ length: 200_000 }, (_, index) => `${index % 11}`)
    const started = performance.now()
    assert.deepStrictEqual(lineDiff([...before, "x"], ["y", ...after], 1000), [
      { oldStart: 0, oldCount: 200_001, newStart: 0, newCount: 200_001 }
    ])
    assert.isBelow(performance.now() - started, 2000)
  })
})

it("a line diff stops comparing at its limit and calls the middle rewritten", () => {
  const equal = Array<string>(1000).fill("same")
  const before = ["a", ...equal, "b"]
  const after = ["c", ...equal, "d"]
  assert.strictEqual(lineDiff(before, after, 10).length, 2)
  assert.deepStrictEqual(lineDiff(before, after, 10, 500), [
    { oldStart: 0, oldCount: 1002, newStart: 0, newCount: 1002 }
  ])
})

const longestCommon = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  let row = right.map(() => 0)
  for (const line of left) {
    const next: Array<number> = []
    for (const [index, other] of right.entries()) {
      next.push(line === other ? (row[index - 1] ?? 0) + 1 : Math.max(row[index] ?? 0, next[index - 1] ?? 0))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
