/**
 * What a regular expression is made of, as far as it matters for how long it takes.
 *
 * It is not a check of the syntax: only what `RegExp` takes with the flag `u` is read, and of that not all.
 *
 * Spec: https://tc39.es/ecma262/multipage/text-processing.html#sec-patterns
 *
 * @since 0.1.0
 */

/**
 * Code points, as ranges in their order that do not touch.
 *
 * @category models
 * @since 0.1.0
 */
export type Characters = ReadonlyArray<readonly [from: number, to: number]>

/**
 * A part of a pattern.
 *
 * @category models
 * @since 0.1.0
 */
export type Tree =
  /** What takes no character: nothing, or a boundary. */
  | { readonly _tag: "Empty"; readonly isStart: boolean }
  | { readonly _tag: "One"; readonly of: Characters }
  | { readonly _tag: "Sequence"; readonly parts: ReadonlyArray<Tree> }
  | { readonly _tag: "Choice"; readonly options: ReadonlyArray<Tree> }
  | { readonly _tag: "Repeat"; readonly of: Tree; readonly min: number; readonly max: number }
  /** What must follow, or must not, and is not taken. */
  | { readonly _tag: "Ahead"; readonly of: Tree }

/**
 * Any character at all.
 *
 * @category constructors
 * @since 0.1.0
 */
export const any: Tree = { _tag: "One", of: [[0, 0x10ffff]] }

const empty: Tree = { _tag: "Empty", isStart: false }
const start: Tree = { _tag: "Empty", isStart: true }
const maxNesting = 64

/**
 * The tree of a pattern, or `undefined` when it has something whose time is not known: a reference back, a look behind, flags of its own,
 * or more than 64 levels.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (source: string): Tree | undefined => {
  const text = Array.from(source)
  let position = 0
  let nesting = 0
  let isKnown = true

  const giveUp = (): Tree => {
    isKnown = false
    position = text.length
    return empty
  }

  const take = (expected: string): boolean => {
    if (!Array.from(expected).every((character, index) => text[position + index] === character)) return false
    position += expected.length
    return true
  }

  const choice = (): Tree => {
    const options = [sequence()]
    while (take("|")) options.push(sequence())
    return { _tag: "Choice", options }
  }

  const sequence = (): Tree => {
    const parts: Array<Tree> = []
    while (position < text.length && text[position] !== "|" && text[position] !== ")") parts.push(repeat(atom()))
    return { _tag: "Sequence", parts }
  }

  const repeat = (of: Tree): Tree => {
    const bounds = take("*") ? [0, Infinity] : take("+") ? [1, Infinity] : take("?") ? [0, 1] : counted()
    if (bounds === undefined) return of
    take("?")
    const [min = 0, max = min] = bounds
    return { _tag: "Repeat", of, min, max }
  }

  const counted = (): ReadonlyArray<number> | undefined => {
    if (!take("{")) return undefined
    const [min = "", max] = until("}").split(",")
    return max === undefined ? [Number(min)] : [Number(min), max === "" ? Infinity : Number(max)]
  }

  const until = (end: string): string => {
    const from = position
    while (position < text.length && text[position] !== end) position += 1
    position += 1
    return text.slice(from, position - 1).join("")
  }

  const atom = (): Tree => {
    const character = text[position] ?? ""
    position += 1
    if (character === "^") return start
    if (character === "$") return empty
    if (character === ".") return one(notLineEnd)
    if (character === "(") return group()
    if (character === "[") return one(members())
    if (character !== "\\") return one(single(codeOf(character)))
    if (take("b") || take("B")) return empty
    const escaped = escape()
    return escaped === undefined ? giveUp() : one(escaped)
  }

  const one = (of: Characters): Tree => ({ _tag: "One", of })

  const group = (): Tree => {
    nesting += 1
    if (nesting > maxNesting) return giveUp()
    const isAhead = take("?=") || take("?!")
    if (!isAhead && take("?<")) {
      if (text[position] === "=" || text[position] === "!") return giveUp()
      until(">")
    } else if (!isAhead && !take("?:") && text[position] === "?") return giveUp()
    const of = choice()
    take(")")
    nesting -= 1
    return isAhead ? { _tag: "Ahead", of } : of
  }

  const members = (): Characters => {
    const isNegated = take("^")
    let all: Characters = []
    while (position < text.length && !take("]")) {
      const from = member()
      if (from === undefined) return nobody(giveUp())
      if (text[position] === "-" && text[position + 1] !== "]") {
        position += 1
        const to = member()
        if (to === undefined) return nobody(giveUp())
        all = all.concat([[from[0]?.[0] ?? 0, to[0]?.[1] ?? 0]])
      } else all = all.concat(from)
    }
    // of what a property holds no more is known than that it may be all, and so may be what it does not hold
    const sorted = normal(all)
    return isNegated && sorted !== everything ? complement(sorted) : sorted
  }

  const nobody = (_: Tree): Characters => []

  const member = (): Characters | undefined => {
    const character = text[position] ?? ""
    position += 1
    if (character !== "\\") return single(codeOf(character))
    return take("b") ? single(8) : escape()
  }

  /** What stands behind a backslash, or `undefined` when it is not known. */
  const escape = (): Characters | undefined => {
    const letter = text[position] ?? ""
    position += 1
    const set = sets.get(letter)
    if (set !== undefined) return set
    const control = controls.get(letter)
    if (control !== undefined) return single(control)
    switch (letter) {
      case "p":
      case "P":
        until("}")
        return everything
      case "c":
        return single(codeOf(text[position++] ?? "") % 32)
      case "x":
        return hexadecimal(2)
      case "u":
        return take("{") ? plane(Number.parseInt(until("}"), 16)) : hexadecimal(4)
      default:
        return /[1-9k]/.test(letter) ? undefined : single(codeOf(letter))
    }
  }

  const hexadecimal = (digits: number): Characters | undefined => {
    position += digits
    return plane(Number.parseInt(text.slice(position - digits, position).join(""), 16))
  }

  const tree = choice()
  return isKnown && position === text.length ? tree : undefined
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0

const single = (code: number): Characters => [[code, code]]

/** Two escapes may make one character of a surrogate pair. */
const plane = (code: number): Characters | undefined => code >= 0xd800 && code <= 0xdfff ? undefined : single(code)

const normal = (ranges: Characters): Characters => {
  if (ranges.includes(everythingRange)) return everything
  const merged: Array<[number, number]> = []
  for (const [from, to] of ranges.toSorted((one, other) => one[0] - other[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

const complement = (ranges: Characters): Characters => {
  const rest: Array<[number, number]> = []
  let next = 0
  for (const [from, to] of ranges) {
    if (from > next) rest.push([next, from - 1])
    next = to + 1
  }
  return next > 0x10ffff ? rest : [...rest, [next, 0x10ffff]]
}

const everythingRange: readonly [number, number] = [0, 0x10ffff]
const everything: Characters = [everythingRange]

const digits: Characters = [[0x30, 0x39]]
const word: Characters = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const space: Characters = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff]
]
const notLineEnd = complement([[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]])

const sets: ReadonlyMap<string, Characters> = new Map([
  ["d", digits],
  ["D", complement(digits)],
  ["w", word],
  ["W", complement(word)],
  ["s", space],
  ["S", complement(space)]
])

const controls: ReadonlyMap<string, number> = new Map([["t", 9], ["n", 10], ["v", 11], ["f", 12], ["r", 13], ["0", 0]])
