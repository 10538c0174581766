/**
 * Glob patterns over paths with `/` between names, matched in time linear in the path.
 *
 * Not a regular expression, and never compiled to one: a pattern is a small automaton whose possible states are all followed
 * at once, so no pattern can make it slow.
 *
 * `*` and `?` stand for characters of one name, `[a-z]` and `[!a-z]` for one of a set, `{a,b}` for alternatives, a whole name
 * `**` for any number of names, and `\` takes the meaning from the next character. Names that start with a dot are like others.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_14
 */
import * as Result from "effect/Result"

type Test = (character: string) => boolean

type State =
  | { readonly _tag: "Read"; readonly test: Test; readonly next: number }
  | { readonly _tag: "Split"; readonly next: Array<number> }
  | { readonly _tag: "Accept" }

/**
 * A pattern that was read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Glob {
  readonly states: ReadonlyArray<State>
  readonly start: number
}

/**
 * How far a text has come in a pattern; none means that nothing behind it can match.
 *
 * @category models
 * @since 0.1.0
 */
export type Position = ReadonlyArray<number>

/**
 * Reads a pattern, or says what is wrong with it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (pattern: string): Result.Result<Glob, string> => {
  const characters = Array.from(pattern)
  const cursor: Cursor = { characters, position: 0, depth: 0 }
  const sequence = readSequence(cursor)
  if (cursor.depth > 0) return Result.fail("a { is not closed")
  const states: Array<State> = [{ _tag: "Accept" }]
  const start = compile(states, sequence, 0)
  return Result.succeed({ states, start })
}

/**
 * The position before any text.
 *
 * @category combinators
 * @since 0.1.0
 */
export const begin = (glob: Glob): Position => closure(glob, [glob.start])

/**
 * The position after some more text.
 *
 * @category combinators
 * @since 0.1.0
 */
export const advance = (glob: Glob, position: Position, text: string): Position => {
  let current = position
  for (const character of text) {
    if (current.length === 0) return current
    const next: Array<number> = []
    for (const index of current) {
      const state = glob.states[index]
      if (state?._tag === "Read" && state.test(character)) next.push(state.next)
    }
    current = closure(glob, next)
  }
  return current
}

/**
 * Whether the text so far matches as a whole.
 *
 * @category combinators
 * @since 0.1.0
 */
export const accepts = (glob: Glob, position: Position): boolean =>
  position.some((index) => glob.states[index]?._tag === "Accept")

/**
 * Whether a path matches.
 *
 * @category combinators
 * @since 0.1.0
 */
export const matches = (glob: Glob, path: string): boolean => accepts(glob, advance(glob, begin(glob), path))

type Part =
  | { readonly _tag: "One"; readonly test: Test }
  | { readonly _tag: "Many"; readonly test: Test }
  | { readonly _tag: "Directories" }
  | { readonly _tag: "Either"; readonly choices: ReadonlyArray<ReadonlyArray<Part>> }

interface Cursor {
  readonly characters: ReadonlyArray<string>
  position: number
  // Braces that are open.
  depth: number
}

const any: Test = () => true
const inName: Test = (character) => character !== "/"

const readSequence = (cursor: Cursor): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  while (cursor.position < cursor.characters.length) {
    const character = cursor.characters[cursor.position]
    if (cursor.depth > 0 && (character === "," || character === "}")) return parts
    parts.push(readPart(cursor))
  }
  return parts
}

const readPart = (cursor: Cursor): Part => {
  const character = cursor.characters[cursor.position++] ?? ""
  switch (character) {
    case "*":
      return readStar(cursor)
    case "?":
      return { _tag: "One", test: inName }
    case "[":
      return readSet(cursor)
    case "{":
      return readChoices(cursor)
    case "\\":
      return literal(cursor.characters[cursor.position++] ?? "\\")
    default:
      return literal(character)
  }
}

const literal = (wanted: string): Part => ({ _tag: "One", test: (character) => character === wanted })

const readStar = (cursor: Cursor): Part => {
  const before = cursor.characters[cursor.position - 2]
  let stars = 1
  while (cursor.characters[cursor.position] === "*") {
    cursor.position++
    stars++
  }
  const after = cursor.characters[cursor.position]
  const opens = before === undefined || before === "/" || (cursor.depth > 0 && (before === "{" || before === ","))
  if (stars !== 2 || !opens) return { _tag: "Many", test: inName }
  if (after === "/") {
    cursor.position++
    return { _tag: "Directories" }
  }
  const closes = after === undefined || (cursor.depth > 0 && (after === "," || after === "}"))
  return { _tag: "Many", test: closes ? any : inName }
}

const readSet = (cursor: Cursor): Part => {
  const { characters } = cursor
  let position = cursor.position
  const negated = characters[position] === "!" || characters[position] === "^"
  if (negated) position++
  const ranges: Array<readonly [from: string, to: string]> = []
  const first = position
  while (position < characters.length && (position === first || characters[position] !== "]")) {
    if (characters[position] === "\\") position++
    const from = characters[position++] ?? ""
    const hasEnd = characters[position] === "-" && position + 1 < characters.length && characters[position + 1] !== "]"
    if (hasEnd) position++
    if (hasEnd && characters[position] === "\\") position++
    ranges.push([from, hasEnd ? characters[position++] ?? "" : from])
  }
  // A bracket that is never closed is a character like any other.
  if (position >= characters.length) return literal("[")
  cursor.position = position + 1
  return {
    _tag: "One",
    test: (character) => inName(character) && ranges.some(([from, to]) => between(character, from, to)) !== negated
  }
}

const between = (character: string, from: string, to: string): boolean => {
  const code = character.codePointAt(0) ?? 0
  return code >= (from.codePointAt(0) ?? 0) && code <= (to.codePointAt(0) ?? 0)
}

const readChoices = (cursor: Cursor): Part => {
  const choices: Array<ReadonlyArray<Part>> = []
  cursor.depth++
  while (true) {
    choices.push(readSequence(cursor))
    // Without a closing brace the depth stays, and `parse` refuses.
    if (cursor.position >= cursor.characters.length) return { _tag: "Either", choices }
    if (cursor.characters[cursor.position++] === "}") break
  }
  cursor.depth--
  return { _tag: "Either", choices }
}

// Compiles from the end: each part knows the state that follows it.
const compile = (states: Array<State>, parts: ReadonlyArray<Part>, next: number): number =>
  parts.reduceRight((following, part) => compilePart(states, part, following), next)

const compilePart = (states: Array<State>, part: Part, next: number): number => {
  switch (part._tag) {
    case "One":
      return add(states, { _tag: "Read", test: part.test, next })
    case "Many":
      return repeat(states, part.test, next)
    case "Directories": {
      const slash = add(states, { _tag: "Read", test: (character) => character === "/", next })
      return add(states, { _tag: "Split", next: [next, repeat(states, any, slash)] })
    }
    case "Either":
      return add(states, { _tag: "Split", next: part.choices.map((choice) => compile(states, choice, next)) })
  }
}

const repeat = (states: Array<State>, test: Test, next: number): number => {
  const targets = [next]
  const split = add(states, { _tag: "Split", next: targets })
  targets.push(add(states, { _tag: "Read", test, next: split }))
  return split
}

const add = (states: Array<State>, state: State): number => states.push(state) - 1

const closure = (glob: Glob, from: ReadonlyArray<number>): Position => {
  const seen = new Set<number>()
  const reached: Array<number> = []
  const open = [...from]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue
    seen.add(index)
    const state = glob.states[index]
    if (state?._tag === "Split") open.push(...state.next)
    else reached.push(index)
  }
  return reached
}
