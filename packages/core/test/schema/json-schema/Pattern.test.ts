import { describe, expect, it } from "@effect/vitest"
import type { Budget } from "../../../src/schema/json-schema/Budget.ts"
import * as Pattern from "../../../src/schema/json-schema/Pattern.ts"
import * as PatternCost from "../../../src/schema/json-schema/PatternCost.ts"
import * as PatternSyntax from "../../../src/schema/json-schema/PatternSyntax.ts"

const budget = (maxSteps = 1_000_000_000): Budget => ({ steps: 0, patternSteps: 0, maxSteps, maxDepth: 1 })

const cost = (pattern: string): PatternCost.PatternCost | undefined => {
  expect(new RegExp(pattern, "u")).toBeDefined()
  const tree = PatternSyntax.parse(pattern)
  return tree === undefined ? undefined : PatternCost.make(tree, budget())
}

/** By what power of the length the work can grow. */
const degree = (pattern: string): number | undefined => {
  const found = cost(pattern)
  if (found === undefined) return undefined
  const ratio = found.visits(2 ** 16, budget()) / found.visits(2 ** 15, budget())
  return Math.round(Math.log2(ratio))
}

describe("a pattern", () => {
  it.each([
    ["^\\d{4}-\\d{2}-\\d{2}$", 0],
    ["^(?:a|b|cd)$", 0],
    ["^[a-z0-9]+(?:-[a-z0-9]+)*$", 1],
    ["^[A-Za-z_][\\w.-]*$", 1],
    ["^.{0,5000}$", 1],
    ["^\\p{L}+$", 1],
    ["^https?://[^\\s/]+(?:/[^\\s]*)?$", 1],
    ["^(?:[0-9a-zA-Z+/]{4})*(?:[0-9a-zA-Z+/]{2}==|[0-9a-zA-Z+/]{3}=)?$", 1],
    ["^(\\/[^\\/]+)+$", 1],
    ["^(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$", 0],
    ["^(?<year>\\d+)-(?<rest>[^]*)$", 1],
    ["^(?!.*\\.\\.)[a-z.]+$", 1],
    ["^(?:\\u{1F600}|\\x41|\\u0042|\\cA|\\0|\\t|[\\b\\-\\]])+$", 1],
    ["foo", 1],
    ["^a|b$", 1],
    ["[0-9]+", 2],
    ["^[^@]+@[^@]+\\.[^@]+$", 2],
    ["^.*foo.*$", 2],
    ["^(?:(?=a*b)a)*$", 2],
    [".*x.*y", 3]
  ])("of common use may be run, and how its work grows is known: %s", (pattern, expected) => {
    expect(degree(pattern)).toBe(expected)
  })

  it.each([
    "^(a+)+$",
    "^(a*)*$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^(a|[a-z])*$",
    "^(\\w+\\s?)*$",
    "^(.*a)+$",
    "^(?:x+x+)+y$",
    "^(a?)*$",
    "^(?:a|b?)+$",
    "^(?:|a)*$",
    "^(?:a{0,2}){2,}$",
    "^(?:\\b)*a$",
    "^(?:(?=a+)a|a)*$",
    "^(\\d+|[0-9a-f]+)*$",
    "^(?:\\p{L}+|\\d+)+$",
    "^([^b]|a)*$",
    "^(?:\\p{L}|[a-z]b)*$",
    "^(?:[\\p{L}_]|[a-z]b)*$",
    "^(?:[^\\p{L}]|[a-z]b)*$",
    "^(?:(a)|(?<n>a))*$"
  ])("whose loop can take one text in two ways is not run: %s", (pattern) => {
    expect(cost(pattern)).toBeUndefined()
  })

  it.each(["^(a)\\1$", "^(?<n>a)\\k<n>$", "(?<=a)b", "(?<!a)b", "(?i:a)", "\\ud83d\\ude00"])(
    "with something whose work is not known is not run: %s",
    (pattern) => {
      expect(cost(pattern)).toBeUndefined()
    }
  )

  it("of many choices one after another costs what they multiply to", () => {
    const choices = (count: number) => cost(`^${"(?:a|a)".repeat(count)}$`)?.visits(64, budget()) ?? Infinity
    expect(choices(4)).toBeLessThan(200)
    expect(choices(40)).toBeGreaterThan(2 ** 40)
    expect(Pattern.make(`^${"(?:a|a)".repeat(40)}$`)("a".repeat(40), budget())).toMatchObject({ _tag: "Undecided" })
    expect(cost("^(?:a?){30}a{30}$")).toBeUndefined()
  })

  it("that is too large to look at is not run", () => {
    expect(cost(`^${"a?".repeat(1000)}$`)).toBeUndefined()
    expect(cost(`^${"a".repeat(3000)}$`)).toBeUndefined()
    expect(cost(`${"(".repeat(100)}a${")".repeat(100)}`)).toBeUndefined()
    expect(cost("^(?:(?:(?:a{60}b){60}c){60}d){60}$")?.visits(16, budget()) ?? Infinity).toBeGreaterThan(0)
    expect(Pattern.make("a".repeat(Pattern.maxLength + 1))("a", budget())).toMatchObject({ _tag: "Undecided" })
  })

  it("is matched as RegExp does with the flag u", () => {
    const matches = (pattern: string, text: string) => Pattern.make(pattern)(text, budget())
    expect(matches("^.$", "😀")).toBe(true)
    expect(matches("b", "abc")).toBe(true)
    expect(matches("^b", "abc")).toBe(false)
    expect(matches("^\\p{Lu}+$", "ÄÖÜ")).toBe(true)
  })

  it("is matched with shorter texts the more it can go back", () => {
    const decides = (pattern: string, length: number) =>
      typeof Pattern.make(pattern)("a".repeat(length), budget()) === "boolean"
    expect([16_384, 65_536, 65_537].map((length) => decides("^[a-z]+$", length))).toEqual([true, true, false])
    expect([256, 16_384].map((length) => decides("^[^@]+a[^@]+b$", length))).toEqual([true, false])
  })

  it("uses up at most half of a budget, and is paid for when it is first looked at", () => {
    const matches = Pattern.make("^[^@]+@[^@]+$")
    const run = budget(1000)
    expect(matches("a@b", run)).toBe(true)
    const first = run.steps
    expect(first).toBeGreaterThan(30)
    matches("a@b", run)
    expect(run.steps - first).toBeLessThan(first)
    for (let count = 0; count < 10_000; count++) matches("a@b", run)
    expect(matches("a@b", run)).toMatchObject({ reason: "UncheckedPattern" })
    expect(run.steps).toBeLessThan(1000)
    expect(Pattern.make("^b$")("b", budget(10))).toMatchObject({ reason: "TooManySteps" })
  })
})
