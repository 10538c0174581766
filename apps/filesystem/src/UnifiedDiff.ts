/**
 * A unified diff between two texts, as `diff -u` and `git diff` print it and `patch` reads it.
 *
 * Not the search for the differences: that is `LineDiff`.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
import { type Change, lineDiff } from "./LineDiff.ts"

const CONTEXT = 3

/**
 * The diff from one text to another under a file name; empty when they are equal.
 *
 * @category combinators
 * @since 0.1.0
 */
export const unifiedDiff = (name: string, before: string, after: string, maxChanges: number): string => {
  const oldLines = lines(before)
  const newLines = lines(after)
  const changes = lineDiff(oldLines, newLines, maxChanges)
  if (changes.length === 0) return ""
  const hunks = group(changes).map((hunk) => print(hunk, oldLines, newLines))
  return `--- a/${name}\n+++ b/${name}\n${hunks.join("")}`
}

// Each line with its line feed, so that a missing one at the end of the file is a difference like any other.
const lines = (text: string): ReadonlyArray<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

// Changes whose contexts would touch are printed as one hunk.
const group = (changes: ReadonlyArray<Change>): ReadonlyArray<ReadonlyArray<Change>> => {
  const hunks: Array<Array<Change>> = []
  let end = -Infinity
  for (const change of changes) {
    const hunk = hunks[hunks.length - 1]
    if (hunk !== undefined && change.oldStart - end <= 2 * CONTEXT) hunk.push(change)
    else hunks.push([change])
    end = change.oldStart + change.oldCount
  }
  return hunks
}

const print = (
  hunk: ReadonlyArray<Change>,
  oldLines: ReadonlyArray<string>,
  newLines: ReadonlyArray<string>
): string => {
  const first = hunk[0]
  const last = hunk[hunk.length - 1]
  if (first === undefined || last === undefined) return ""
  const lead = Math.min(CONTEXT, first.oldStart)
  const oldStart = first.oldStart - lead
  const newStart = first.newStart - lead
  const lastEnd = last.oldStart + last.oldCount
  const oldEnd = Math.min(oldLines.length, lastEnd + CONTEXT)
  const newEnd = last.newStart + last.newCount + (oldEnd - lastEnd)
  const body: Array<string> = []
  let position = oldStart
  for (const change of hunk) {
    body.push(...marked(" ", oldLines, position, change.oldStart))
    body.push(...marked("-", oldLines, change.oldStart, change.oldStart + change.oldCount))
    body.push(...marked("+", newLines, change.newStart, change.newStart + change.newCount))
    position = change.oldStart + change.oldCount
  }
  body.push(...marked(" ", oldLines, position, oldEnd))
  return `@@ -${range(oldStart, oldEnd)} +${range(newStart, newEnd)} @@\n${body.join("")}`
}

// An empty stretch is named by the line before it.
const range = (start: number, end: number): string =>
  end - start === 1 ? `${start + 1}` : `${end === start ? start : start + 1},${end - start}`

const marked = (mark: string, lines: ReadonlyArray<string>, start: number, end: number): ReadonlyArray<string> =>
  lines.slice(start, end).map((line) =>
    line.endsWith("\n") ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`
  )
