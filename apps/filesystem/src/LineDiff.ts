/**
 * The shortest way from one list of lines to another (Myers), as stretches that differ.
 *
 * Not a text format: `UnifiedDiff` prints it. Beyond a number of changes it stops looking and calls the middle rewritten.
 *
 * @see http://www.xmailserver.org/diff2.pdf
 */

/**
 * A stretch that differs: `oldCount` lines from `oldStart` became `newCount` lines from `newStart`, counted from 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Change {
  readonly oldStart: number
  readonly oldCount: number
  readonly newStart: number
  readonly newCount: number
}

// Some tens of milliseconds.
const MAX_COMPARISONS = 10_000_000

/**
 * The stretches that differ, in order, none touching another. Memory grows with `maxChanges` squared, and equal lines are
 * compared at most `maxComparisons` times.
 *
 * @category combinators
 * @since 0.1.0
 */
export const lineDiff = (
  before: ReadonlyArray<string>,
  after: ReadonlyArray<string>,
  maxChanges: number,
  maxComparisons = MAX_COMPARISONS
): ReadonlyArray<Change> => {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let oldEnd = before.length
  let newEnd = after.length
  while (oldEnd > head && newEnd > head && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd--
    newEnd--
  }
  if (head === oldEnd && head === newEnd) return []
  const steps = shortest(before.slice(head, oldEnd), after.slice(head, newEnd), maxChanges, maxComparisons)
  return steps === undefined
    ? [{ oldStart: head, oldCount: oldEnd - head, newStart: head, newCount: newEnd - head }]
    : merge(steps, head)
}

interface Step {
  readonly old: number
  readonly new: number
  readonly kind: "delete" | "insert"
}

// Myers' greedy algorithm: `furthest` holds, for every diagonal, how far one gets in the old lines with so many changes.
// It is kept for every number of changes, to walk the way back.
const shortest = (
  before: ReadonlyArray<string>,
  after: ReadonlyArray<string>,
  maxChanges: number,
  maxComparisons: number
): ReadonlyArray<Step> | undefined => {
  const limit = Math.min(before.length + after.length, maxChanges)
  const offset = limit + 1
  const furthest = new Int32Array(2 * limit + 3)
  const history: Array<Int32Array> = []
  let comparisons = 0
  for (let changes = 0; changes <= limit; changes++) {
    history.push(furthest.slice(offset - changes - 1, offset + changes + 2))
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = diagonal === -changes
        || (diagonal !== changes && at(furthest, offset + diagonal - 1) < at(furthest, offset + diagonal + 1))
      let old = down ? at(furthest, offset + diagonal + 1) : at(furthest, offset + diagonal - 1) + 1
      while (old < before.length && old - diagonal < after.length && before[old] === after[old - diagonal]) {
        old++
        comparisons++
      }
      // Long equal stretches can be walked again for every change, and nothing else runs meanwhile.
      if (comparisons > maxComparisons) return undefined
      furthest[offset + diagonal] = old
      if (old >= before.length && old - diagonal >= after.length) {
        return backtrack(history, before.length, after.length)
      }
    }
  }
  return undefined
}

const at = (array: Int32Array, index: number): number => array[index] ?? 0

const backtrack = (history: ReadonlyArray<Int32Array>, oldLength: number, newLength: number): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  let old = oldLength
  let current = newLength
  for (let changes = history.length - 1; changes > 0; changes--) {
    const furthest = history[changes] ?? new Int32Array()
    const center = changes + 1
    const diagonal = old - current
    const down = diagonal === -changes
      || (diagonal !== changes && at(furthest, center + diagonal - 1) < at(furthest, center + diagonal + 1))
    const from = down ? diagonal + 1 : diagonal - 1
    old = at(furthest, center + from)
    current = old - from
    steps.push({ old, new: current, kind: down ? "insert" : "delete" })
  }
  return steps.reverse()
}

const merge = (steps: ReadonlyArray<Step>, head: number): ReadonlyArray<Change> => {
  const changes: Array<Change> = []
  for (const step of steps) {
    const last = changes[changes.length - 1]
    const oldCount = step.kind === "delete" ? 1 : 0
    const newCount = 1 - oldCount
    const oldStart = head + step.old
    const newStart = head + step.new
    if (
      last !== undefined && last.oldStart + last.oldCount === oldStart && last.newStart + last.newCount === newStart
    ) {
      changes[changes.length - 1] = {
        ...last,
        oldCount: last.oldCount + oldCount,
        newCount: last.newCount + newCount
      }
    } else {
      changes.push({ oldStart, oldCount, newStart, newCount })
    }
  }
  return changes
}
