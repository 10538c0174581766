/**
 * The most that a backtracking matcher can do with a pattern and a text of some length, or that no such bound is known.
 *
 * It does not match: it looks at which positions of the pattern can take the same character in turn (Glushkov's automaton). Where a loop can take a
 * text in two ways, the ways double with each round; where text can be taken by a loop or by what follows it, each of its rounds is one way more.
 *
 * Spec: https://tc39.es/ecma262/multipage/text-processing.html#sec-patterns
 *
 * @since 0.1.0
 */
import type { Budget } from "./Budget.ts"
import { charge } from "./Budget.ts"
import type { Characters, Tree } from "./PatternSyntax.ts"
import { any } from "./PatternSyntax.ts"

/**
 * The cost of a pattern.
 *
 * @category models
 * @since 0.1.0
 */
export interface PatternCost {
  /** The most positions that are tried on a text of so many characters. To find out is paid for, too. */
  readonly visits: (length: number, budget: Budget) => number
}

const maxPositions = 2000
const maxPairs = 100_000
const pairsOfStep = 4
/** Beyond this, what is counted is taken for a loop. */
const maxCopies = 64

/** Ways from one position to another without taking a character in between. */
type Ways = Map<number, number>

/** How a part of a pattern is entered and left. */
interface Part {
  /** Ways through it without a character. */
  readonly empty: number
  readonly first: Ways
  readonly last: Ways
}

interface Automaton {
  readonly characters: ReadonlyArray<Characters>
  /** By position; that of the beginning comes first, and takes nothing. */
  readonly next: ReadonlyArray<Ways>
}

/**
 * The cost of a pattern, or `undefined` when it may grow without bounds, when the pattern is too large to tell, or when the budget is used up.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (tree: Tree, budget: Budget): PatternCost | undefined => {
  const automaton = automatonOf(isAnchored(tree) ? tree : anywhere(tree), budget)
  if (automaton === undefined) return undefined
  const pairs = automaton.next.reduce((sum, { size }) => sum + size * size, 0)
  if (pairs > maxPairs || !charge(budget, pairs / pairsOfStep)) return undefined
  const components = componentsOf(automaton.next)
  const overlap = overlapOf(automaton.characters)
  if (components.some((component) => isAmbiguous(component, automaton.next, overlap))) return undefined
  return {
    visits: (length, budget) => {
      charge(budget, pairs / pairsOfStep)
      return visits(automaton.next, components, overlap, length)
    }
  }
}

const isAnchored = (tree: Tree): boolean => {
  switch (tree._tag) {
    case "Empty":
      return tree.isStart
    case "Sequence":
      return tree.parts[0] !== undefined && isAnchored(tree.parts[0])
    case "Choice":
      return tree.options.every(isAnchored)
    default:
      return false
  }
}

/** A pattern that may begin anywhere is tried at each place. */
const anywhere = (tree: Tree): Tree => ({
  _tag: "Sequence",
  parts: [{ _tag: "Repeat", of: any, min: 0, max: Infinity }, tree]
})

// --- the automaton

const automatonOf = (tree: Tree, budget: Budget): Automaton | undefined => {
  const characters: Array<Characters> = [[]]
  const next: Array<Ways> = [new Map()]
  let isKnown = true

  let work = 0

  const spend = (amount: number): void => {
    work += amount
    if (!charge(budget, amount / pairsOfStep) || work > maxPairs || characters.length > maxPositions) isKnown = false
  }

  const build = (tree: Tree): Part => {
    spend(4)
    if (!isKnown) return nothing
    switch (tree._tag) {
      case "Empty":
        return nothing
      case "One": {
        const position = characters.push(tree.of) - 1
        next.push(new Map())
        return { empty: 0, first: new Map([[position, 1]]), last: new Map([[position, 1]]) }
      }
      case "Sequence":
        return tree.parts.reduce((before: Part, part) => follow(before, build(part)), nothing)
      case "Choice":
        return either(tree.options.map(build))
      case "Ahead":
        // as if it were one way that leads to nothing
        return { empty: 1, first: build(tree.of).first, last: new Map() }
      case "Repeat":
        return repeat(tree.of, tree.min, tree.max)
    }
  }

  const repeat = (tree: Tree, min: number, max: number): Part => {
    if (max === 0) return nothing
    const positions = characters.length
    const part = build(tree)
    if (max === 1) return min === 1 ? part : { ...part, empty: part.empty + 1 }
    // rounds that take nothing can be made in many ways
    if (part.empty > 0) isKnown = false
    if (!isKnown) return nothing
    if (max * (characters.length - positions) > maxCopies) {
      connect(part.last, part.first)
      return { ...part, empty: min === 0 ? 1 : 0 }
    }
    const copies = [part, ...Array.from({ length: max - 1 }, () => build(tree))]
    return copies.reduceRight((after: Part, copy, index) => {
      const whole = follow(copy, after)
      return index < min ? whole : { ...whole, empty: whole.empty + 1 }
    }, nothing)
  }

  const either = (options: ReadonlyArray<Part>): Part => {
    const [only] = options
    if (only !== undefined && options.length === 1) return only
    options.forEach(({ first, last }) => spend(first.size + last.size))
    return {
      empty: options.reduce((ways, { empty }) => ways + empty, 0),
      first: sum(options.map(({ first }) => first)),
      last: sum(options.map(({ last }) => last))
    }
  }

  const follow = (one: Part, other: Part): Part => {
    connect(one.last, other.first)
    if (one.empty > 0) spend(one.first.size + other.first.size)
    if (other.empty > 0) spend(one.last.size + other.last.size)
    return {
      empty: one.empty * other.empty,
      first: one.empty === 0 ? one.first : sum([one.first, times(other.first, one.empty)]),
      last: other.empty === 0 ? other.last : sum([other.last, times(one.last, other.empty)])
    }
  }

  const connect = (from: Ways, to: Ways): void => {
    spend(from.size * to.size)
    if (!isKnown) return
    for (const [position, before] of from) {
      const ways = next[position]
      if (ways === undefined) continue
      for (const [target, after] of to) ways.set(target, (ways.get(target) ?? 0) + before * after)
    }
  }

  const whole = build(tree)
  connect(new Map([[0, 1]]), whole.first)
  return isKnown ? { characters, next } : undefined
}

const nothing: Part = { empty: 1, first: new Map(), last: new Map() }

const sum = (parts: ReadonlyArray<Ways>): Ways => {
  const all: Ways = new Map()
  for (const part of parts) for (const [position, ways] of part) all.set(position, (all.get(position) ?? 0) + ways)
  return all
}

const times = (ways: Ways, factor: number): Ways =>
  factor === 1 ? ways : new Map(Array.from(ways, ([position, count]) => [position, count * factor]))

// --- the cost

/** Whether two positions can take the same character. */
type Overlap = (one: number, other: number) => boolean

const overlapOf = (characters: ReadonlyArray<Characters>): Overlap => {
  const ids = new Map<string, number>()
  const idOf = (set: Characters): number => {
    const key = set.join(" ")
    const id = ids.get(key) ?? ids.size
    ids.set(key, id)
    return id
  }
  const sets = characters.map(idOf)
  const known = new Map<number, boolean>()
  return (one, other) => {
    const key = (sets[one] ?? 0) * maxPositions + (sets[other] ?? 0)
    const answer = known.get(key) ?? intersect(characters[one] ?? [], characters[other] ?? [])
    known.set(key, answer)
    return answer
  }
}

const intersect = (one: Characters, other: Characters): boolean => {
  let [left, right] = [0, 0]
  for (;;) {
    const [a, b] = [one[left], other[right]]
    if (a === undefined || b === undefined) return false
    if (a[0] <= b[1] && b[0] <= a[1]) return true
    if (a[1] < b[1]) left += 1
    else right += 1
  }
}

/** The positions that can come round to each other; what a component leads to comes before it (Tarjan). */
const componentsOf = (next: ReadonlyArray<Ways>): ReadonlyArray<ReadonlySet<number>> => {
  const components: Array<ReadonlySet<number>> = []
  const order = new Map<number, number>()
  const low = new Map<number, number>()
  const open: Array<number> = []
  const done = new Set<number>()
  const visit = (position: number): number => {
    const own = order.size
    order.set(position, own)
    open.push(position)
    let lowest = own
    for (const target of next[position]?.keys() ?? []) {
      if (!done.has(target)) lowest = Math.min(lowest, order.get(target) ?? visit(target))
    }
    low.set(position, lowest)
    if (lowest < own) return lowest
    const component = new Set(open.splice(open.lastIndexOf(position)))
    component.forEach((member) => done.add(member))
    components.push(component)
    return lowest
  }
  visit(0)
  return components
}

/** Whether a loop can take one text in two ways. */
const isAmbiguous = (component: ReadonlySet<number>, next: ReadonlyArray<Ways>, overlap: Overlap): boolean =>
  Array.from(component).some((position) => {
    const inside = Array.from(next[position] ?? []).filter(([target]) => component.has(target))
    return inside.some(([one, ways], index) =>
      ways > 1 || inside.some(([other], place) => place < index && overlap(one, other))
    )
  })

const visits = (
  next: ReadonlyArray<Ways>,
  components: ReadonlyArray<ReadonlySet<number>>,
  overlap: Overlap,
  length: number
): number => {
  const cost = new Map<number, number>()
  /** The most that one character may lead to. */
  const worst = (targets: ReadonlyArray<readonly [number, number]>): number =>
    targets.reduce((most, [one]) => {
      const together = targets.reduce(
        (sum, [other, ways]) => overlap(one, other) ? sum + ways * (cost.get(other) ?? 0) : sum,
        0
      )
      return Math.max(most, together)
    }, 0)

  for (const component of components) {
    let round = 0
    let leave = 0
    for (const position of component) {
      const targets = Array.from(next[position] ?? [])
      const inside = targets.filter(([target]) => component.has(target))
      const outside = targets.filter(([target]) => !component.has(target))
      const contested = outside.filter(([target]) => inside.some(([other]) => overlap(target, other)))
      const tried = targets.reduce((sum, [, ways]) => sum + ways, 1)
      round = Math.max(round, tried + worst(contested))
      leave = Math.max(leave, worst(outside))
    }
    const isLoop = Array.from(component).some((position) => next[position]?.has(position) ?? false) ||
      component.size > 1
    const total = isLoop ? (length + 1) * round + leave : round + leave
    for (const position of component) cost.set(position, total)
  }
  return cost.get(0) ?? 0
}
