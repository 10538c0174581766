/**
 * Changes of JSON values: of their structure, of a text or number within, of the envelope of a message.
 *
 * The value itself is left as it is; what JSON cannot hold is for `TextMutation`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { below, pick, type Random } from "./Random.ts"

/**
 * A change of a value.
 *
 * @category models
 * @since 0.1.0
 */
export type Change = (value: unknown, random: Random) => unknown

const evil = (): unknown => JSON.parse(`{ "__proto__": { "polluted": true }, "polluted": true }`)

const texts: readonly [string, ...ReadonlyArray<string>] = [
  "",
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "\u0000",
  "\ud800",
  "\udc00\ud800",
  "a\u2028b\u2029c",
  "\r\n",
  "\n\n",
  "😀".repeat(50),
  "x".repeat(1024),
  "x".repeat(1025),
  "x".repeat(20_000),
  "../../etc/passwd",
  "%2e%2e%2f%00%ff",
  "file:///etc/passwd",
  "{id}",
  "null",
  "-1",
  "1e999",
  "notifications/cancelled",
  "tools/call",
  "initialize",
  "subscriptions/listen",
  "input_required",
  "event: endpoint",
  "\ufeff"
]

const numbers: readonly [number, ...ReadonlyArray<number>] = [
  0,
  -1,
  1.5,
  5e-324,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 53) - 2,
  4_294_967_296,
  2 ** 64,
  1e21,
  0.1
]

const odd: readonly [() => unknown, ...ReadonlyArray<() => unknown>] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1.5,
  () => "",
  () => "x",
  () => [],
  () => ({}),
  () => [null],
  () => [[], {}],
  evil,
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => ({ type: "text", text: "x" }),
  () => ({ toString: 1, valueOf: null, then: "x", toJSON: "x", length: -1 }),
  () => Array.from({ length: 200 }, () => null)
]

const entriesOf = (value: object): Array<[string, unknown]> => Object.entries(value)

// Whatever a member is named, it is one: a plain assignment would set a prototype.
const objectOf = (entries: ReadonlyArray<readonly [string, unknown]>): unknown => Object.fromEntries(entries)

type Place = (value: unknown) => boolean

const anywhere: Place = () => true

const isNumber: Place = (value) => typeof value === "number"

// How many places of a kind a value has, itself among them.
const count = (value: unknown, place: Place): number => {
  const own = place(value) ? 1 : 0
  if (typeof value !== "object" || value === null) return own
  let sum = own
  for (const member of Object.values(value)) sum += count(member, place)
  return sum
}

// The value with a change at the place of this number; one pass, however deep it nests.
const changeAt = (value: unknown, place: Place, at: number, change: (value: unknown) => unknown): unknown => {
  let left = at
  const visit = (value: unknown): unknown => {
    if (left < 0) return value
    if (place(value) && left-- === 0) return change(value)
    if (typeof value !== "object" || value === null) return value
    return Array.isArray(value)
      ? value.map(visit)
      : objectOf(entriesOf(value).map(([name, member]) => [name, visit(member)]))
  }
  return visit(value)
}

// All places of a value are alike, so that most changes are deep within.
const somewhere = (change: Change): Change => (value, random) =>
  changeAt(value, anywhere, below(random, count(value, anywhere)), (part) => change(part, random))

const drop: Change = (value, random) => {
  if (Array.isArray(value)) {
    const at = below(random, value.length)
    return value.filter((_, index) => index !== at)
  }
  if (!Predicate.isObject(value)) return null
  const entries = entriesOf(value)
  const at = below(random, entries.length)
  return objectOf(entries.filter((_, index) => index !== at))
}

const duplicate: Change = (value, random) => {
  if (Array.isArray(value)) return [...value, ...value]
  if (!Predicate.isObject(value)) return [value, value]
  const entries = entriesOf(value)
  const [name, member] = entries[below(random, entries.length)] ?? ["", null]
  return objectOf([...entries, [`${name}x`, member]])
}

const swap: Change = (value, random) => {
  if (Array.isArray(value)) return value.toReversed()
  if (!Predicate.isObject(value)) return { value }
  const entries = entriesOf(value)
  const first = below(random, entries.length)
  const second = below(random, entries.length)
  return objectOf(
    entries.map(([name, member], index) => [
      name,
      index === first ? entries[second]?.[1] : index === second ? entries[first]?.[1] : member
    ])
  )
}

const retype: Change = (_, random) => pick(random, odd)()

const wrap: Change = (value, random) => random() < 0.5 ? [value] : { value }

const nest: Change = (value, random) => {
  const depth = 1 + below(random, pick(random, [4, 300, 300, 1500]))
  let nested = value
  for (let level = 0; level < depth; level++) nested = level % 2 === 0 ? [nested] : { a: nested }
  return nested
}

const name: Change = (value, random) => {
  const name = pick(random, texts)
  if (!Predicate.isObject(value)) return objectOf([[name, value]])
  const entries = entriesOf(value)
  const at = below(random, entries.length)
  return random() < 0.5
    ? objectOf([...entries, [name, pick(random, odd)()]])
    : objectOf(entries.map(([own, member], index) => [index === at ? name : own, member]))
}

const pollute: Change = (value) =>
  objectOf([
    ...(Predicate.isObject(value) ? entriesOf(value) : []),
    ["__proto__", { polluted: true }],
    ["constructor", { prototype: { polluted: true } }]
  ])

const widen: Change = (value) =>
  objectOf([
    ...(Predicate.isObject(value) ? entriesOf(value) : []),
    ...Array.from({ length: 500 }, (_, index): [string, unknown] => [`k${index}`, index])
  ])

/**
 * Of the structure: members and elements are dropped, doubled, exchanged, of another type, or nest deep.
 *
 * @category changes
 * @since 0.1.0
 */
export const structure: Change = (value, random) =>
  somewhere(pick(random, [drop, drop, duplicate, swap, retype, retype, wrap, nest, widen]))(value, random)

/**
 * Of a text or of a name: what is not expected there, and what stands for something else elsewhere.
 *
 * @category changes
 * @since 0.1.0
 */
export const strings: Change = (value, random) =>
  somewhere((value, random) =>
    Predicate.isObject(value)
      ? pick(random, [name, pollute])(value, random)
      : pick(random, texts)
  )(value, random)

/**
 * Of a number, or of anything else where there is none.
 *
 * @category changes
 * @since 0.1.0
 */
export const figures: Change = (value, random) => {
  const by = pick(random, numbers)
  const numbersOf = count(value, isNumber)
  return numbersOf === 0
    ? somewhere(() => by)(value, random)
    : changeAt(value, isNumber, below(random, numbersOf), () => by)
}

const envelopes: readonly [
  (message: object, random: Random) => unknown,
  ...ReadonlyArray<(message: object, random: Random) => unknown>
] = [
  ({ ...message }) => objectOf(entriesOf(message).filter(([name]) => name !== "jsonrpc")),
  (message, random) => ({ ...message, jsonrpc: pick<unknown>(random, ["1.0", "2", 2, null, ["2.0"]]) }),
  (message, random) => ({
    ...message,
    id: pick<unknown>(random, [null, {}, [], 1.5, 2 ** 53, true, "", "x".repeat(1025)])
  }),
  (message) => objectOf(entriesOf(message).filter(([name]) => name !== "id")),
  (message) => objectOf(entriesOf(message).filter(([name]) => name !== "method")),
  (message) => ({ ...message, result: {}, error: { code: -32603, message: "x" } }),
  (message) => ({ ...message, result: null }),
  (message, random) => ({
    ...message,
    error: pick<unknown>(random, [null, 1, {}, { code: "x" }, { code: 1.5, message: 1 }])
  }),
  (message, random) => ({ ...message, method: pick<unknown>(random, [1, null, {}, [], true, "", "\u0000", "rpc.x"]) }),
  (message, random) => ({ ...message, params: pick<unknown>(random, [null, 1, "x", [], [1], true]) }),
  (message) => ({ jsonrpc: "2.0", id: Predicate.hasProperty(message, "id") ? message.id : 1, result: {} }),
  (message) => ({
    jsonrpc: "2.0",
    id: Predicate.hasProperty(message, "id") ? message.id : 1,
    error: { code: 0, message: "" }
  }),
  (message) => [message],
  (message) => [message, message, 1, null],
  () => [],
  () => null,
  () => "x",
  () => 1
]

/**
 * Of the envelope: another version, an id that is none, a result and an error at once, what is not even an object.
 *
 * @category changes
 * @since 0.1.0
 */
export const envelope: Change = (value, random) =>
  Predicate.isObject(value) ? pick(random, envelopes)(value, random) : value
