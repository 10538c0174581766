/**
 * The keywords that look at a value itself, and at no subschema.
 *
 * `format` and the keywords of content are not among them: they say what a value means, and refuse none.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-validation#section-6
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { charge } from "./Budget.ts"
import { equal, isScalar, repeated } from "./Equality.ts"
import type { Check, Rule, Run } from "./Evaluation.ts"
import { own } from "./Evaluation.ts"
import * as Pattern from "./Pattern.ts"
import type { Location, Verdict } from "./Verdict.ts"
import { exhausted, malformed, misfit, quoted } from "./Verdict.ts"

/**
 * A check that gives the same verdict on every value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const always = (verdict: Verdict): Check => () => verdict

const rule = (keyword: string, compile: (value: unknown, run: Run) => Check | undefined): Rule => ({
  keywords: [keyword],
  compile: ({ schema }, run) => compile(own(schema, keyword), run) ?? always(malformed(keyword))
})

const isNames = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((name) => typeof name === "string")

// --- any value

const types: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map([
  ["null", (value: unknown) => value === null],
  ["boolean", Predicate.isBoolean],
  ["object", Predicate.isObject],
  ["array", Array.isArray],
  ["number", Predicate.isNumber],
  ["integer", Number.isInteger],
  ["string", Predicate.isString]
])

const type = rule("type", (value) => {
  const names: ReadonlyArray<unknown> = Array.isArray(value) ? value.slice(0, types.size + 1) : [value]
  const tests = names.flatMap((name) => types.get(name) ?? [])
  if (tests.length === 0 || tests.length < names.length || tests.length > types.size) return undefined
  const message = `Expected ${names.join(" or ")}`
  const [only = Predicate.isUnknown] = tests
  return tests.length === 1
    ? (value, at) => only(value) ? undefined : misfit(at, "type", message)
    : (value, at) => tests.some((test) => test(value)) ? undefined : misfit(at, "type", message)
})

const constant: Rule = {
  keywords: ["const"],
  compile: ({ schema }) => {
    const expected = own(schema, "const")
    return (value, at, run) => {
      const same = equal(value, expected, run)
      return typeof same !== "boolean" ? same : same ? undefined : misfit(at, "const", "Expected another value")
    }
  }
}

const enumeration = rule("enum", (members, run) => {
  if (!Array.isArray(members)) return undefined
  if (!charge(run, members.length / 4)) return always(exhausted)
  const scalars = new Set<unknown>(members.filter(isScalar))
  const others = members.filter((member) => !isScalar(member))
  const message = `Expected one of ${members.length} values`
  return (value, at, run) => {
    if (isScalar(value)) return scalars.has(value) ? undefined : misfit(at, "enum", message)
    for (const member of others) {
      const same = charge(run, 1 / 8) ? equal(value, member, run) : exhausted
      if (same !== false) return same === true ? undefined : same
    }
    return misfit(at, "enum", message)
  }
})

// --- numbers

const bound = (keyword: string, phrase: string, fits: (value: number, limit: number) => boolean): Rule =>
  rule(keyword, (limit) => {
    if (typeof limit !== "number") return undefined
    const message = `Expected a number ${phrase} ${limit}`
    return (value, at) => typeof value !== "number" || fits(value, limit) ? undefined : misfit(at, keyword, message)
  })

const multipleOf = rule("multipleOf", (divisor) => {
  if (typeof divisor !== "number" || !(divisor > 0) || divisor === Infinity) return undefined
  const message = `Expected a multiple of ${divisor}`
  return (value, at, run) => {
    if (typeof value !== "number") return undefined
    if (!charge(run, 4)) return exhausted
    return isMultiple(value, divisor) ? undefined : misfit(at, "multipleOf", message)
  }
})

/** In decimals, as both were written: 0.3 is three times 0.1. */
const isMultiple = (value: number, divisor: number): boolean => {
  if (!Number.isFinite(value)) return false
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0
  const [digits, exponent] = decimal(value)
  const [divisorDigits, divisorExponent] = decimal(divisor)
  const shift = exponent - divisorExponent
  return shift >= 0
    ? (digits * 10n ** BigInt(shift)) % divisorDigits === 0n
    : digits % (divisorDigits * 10n ** BigInt(-shift)) === 0n
}

const decimal = (value: number): readonly [digits: bigint, exponent: number] => {
  const [mantissa = "", exponent = "0"] = String(value).split("e")
  const [whole = "", fraction = ""] = mantissa.split(".")
  return [BigInt(whole + fraction), Number(exponent) - fraction.length]
}

// --- sizes

const size = (
  keyword: string,
  message: (limit: number) => string,
  fits: (value: unknown, limit: number, run: Run) => boolean | typeof exhausted
): Rule =>
  rule(keyword, (limit) => {
    if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0) return undefined
    const text = message(limit)
    return (value, at, run) => {
      const verdict = fits(value, limit, run)
      return typeof verdict !== "boolean" ? verdict : verdict ? undefined : misfit(at, keyword, text)
    }
  })

/** How many code points a text has, as far as it matters: those below or beyond the limit by their UTF-16 units are not counted. */
const codePoints = (text: string, limit: number, run: Run): number | typeof exhausted => {
  if (text.length <= limit || text.length > 2 * limit) return Math.ceil(text.length / (text.length > limit ? 2 : 1))
  if (!charge(run, text.length / 64)) return exhausted
  let count = text.length
  for (let index = 1; index < text.length; index++) {
    if (isTrail(text.charCodeAt(index)) && isLead(text.charCodeAt(index - 1))) count -= 1
  }
  return count
}

const isLead = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

const isTrail = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

const minLength = size("minLength", (limit) => `Expected at least ${limit} characters`, (value, limit, run) => {
  if (typeof value !== "string" || limit === 0) return true
  const count = value.length < limit ? 0 : codePoints(value, limit - 1, run)
  return typeof count === "number" ? count >= limit : count
})

const maxLength = size("maxLength", (limit) => `Expected at most ${limit} characters`, (value, limit, run) => {
  if (typeof value !== "string") return true
  const count = codePoints(value, limit, run)
  return typeof count === "number" ? count <= limit : count
})

const items = (keyword: string, phrase: string, fits: (count: number, limit: number) => boolean): Rule =>
  size(
    keyword,
    (limit) => `Expected ${phrase} ${limit} items`,
    (value, limit) => !Array.isArray(value) || fits(value.length, limit)
  )

const properties = (keyword: string, phrase: string, fits: (count: number, limit: number) => boolean): Rule =>
  size(keyword, (limit) => `Expected ${phrase} ${limit} properties`, (value, limit, run) => {
    if (!Predicate.isObject(value)) return true
    const count = Object.keys(value).length
    return charge(run, count / 4) ? fits(count, limit) : exhausted
  })

const atLeast = (count: number, limit: number): boolean => count >= limit

const atMost = (count: number, limit: number): boolean => count <= limit

// --- texts, arrays and objects

const pattern = rule("pattern", (source) => {
  if (typeof source !== "string") return undefined
  const matches = Pattern.make(source)
  return (value, at, run) => {
    const found = typeof value !== "string" || matches(value, run)
    return typeof found !== "boolean"
      ? found
      : found
      ? undefined
      : misfit(at, "pattern", "Expected a text that matches the pattern")
  }
})

const uniqueItems = rule("uniqueItems", (isAsked) => {
  if (typeof isAsked !== "boolean") return undefined
  return (value, at, run) => {
    if (!isAsked || !Array.isArray(value)) return undefined
    const index = repeated(value, run)
    if (typeof index !== "number") return index
    return index === -1 ? undefined : misfit({ parent: at, key: index }, "uniqueItems", "Expected no item twice")
  }
})

const required = rule("required", (names, run) => {
  if (!Array.isArray(names)) return undefined
  if (!charge(run, names.length / 8)) return always(exhausted)
  if (!isNames(names)) return undefined
  return (value, at, run) => Predicate.isObject(value) ? missing(value, names, "required", at, run) : undefined
})

/**
 * The first of some names that an object does not have as its own.
 *
 * @category checks
 * @since 0.1.0
 */
export const missing = (
  value: { readonly [key: string]: unknown },
  names: ReadonlyArray<string>,
  keyword: string,
  at: Location,
  run: Run
): Verdict => {
  if (!charge(run, names.length / 8)) return exhausted
  const absent = names.find((name) => !Object.hasOwn(value, name))
  return absent === undefined ? undefined : misfit(at, keyword, `Expected a property ${quoted(absent)}`)
}

/**
 * The assertions of every dialect.
 *
 * @category rules
 * @since 0.1.0
 */
export const assertions: ReadonlyArray<Rule> = [
  type,
  constant,
  enumeration,
  bound("minimum", "not below", (value, limit) => value >= limit),
  bound("exclusiveMinimum", "above", (value, limit) => value > limit),
  bound("maximum", "not above", (value, limit) => value <= limit),
  bound("exclusiveMaximum", "below", (value, limit) => value < limit),
  multipleOf,
  minLength,
  maxLength,
  items("minItems", "at least", atLeast),
  items("maxItems", "at most", atMost),
  properties("minProperties", "at least", atLeast),
  properties("maxProperties", "at most", atMost),
  required,
  pattern,
  uniqueItems
]
