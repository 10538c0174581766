import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Glob from "../src/Glob.ts"

const parse = (pattern: string) => Result.getOrThrowWith(Glob.parse(pattern), (problem) => new Error(problem))

const cases: ReadonlyArray<readonly [pattern: string, yes: ReadonlyArray<string>, no: ReadonlyArray<string>]> = [
  ["a.ts", ["a.ts"], ["ats", "b/a.ts", "a.tsx", "a_ts"]],
  ["*.ts", ["a.ts", ".ts", ".hidden.ts"], ["a/b.ts", "a.js"]],
  ["**/*.ts", ["a.ts", "a/b.ts", "a/b/c.ts", ".a/.b.ts"], ["a/ts", "a.ts/b"]],
  ["src/**", ["src/a", "src/a/b"], ["src", "srcs/a", "a/src/b"]],
  ["src/**/test/*.ts", ["src/test/a.ts", "src/a/b/test/c.ts"], ["src/atest/c.ts", "src/test/a/b.ts"]],
  ["**", ["a", "a/b/c"], []],
  ["a**b", ["ab", "axxb"], ["a/b", "ax/xb"]],
  ["?", ["a", "€", "😀"], ["", "ab", "/"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "x"]],
  ["[!a-c]x", ["dx"], ["ax", "/x"]],
  ["[]a]", ["]", "a"], ["b"]],
  ["[a", ["[a"], ["a"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["*.{ts,js}", ["a.ts", "a.js"], ["a.tsx", "a."]],
  ["{a,b/{c,d}}/x", ["a/x", "b/c/x", "b/d/x"], ["c/x", "b/x"]],
  ["a{,b}", ["a", "ab"], ["b"]],
  ["{**/a,b}", ["a", "x/y/a", "b"], ["x/b"]],
  ["a,b}", ["a,b}"], ["a"]],
  ["\\*\\[", ["*["], ["a["]],
  ["(a+)+$", ["(a+)+$"], ["aaa"]],
  ["constructor", ["constructor"], ["__proto__"]]
]

describe.each(cases)("the pattern %s", (pattern, yes, no) => {
  it("matches what it says and nothing else", () => {
    for (const path of yes) assert.isTrue(Glob.matches(parse(pattern), path), path)
    for (const path of no) assert.isFalse(Glob.matches(parse(pattern), path), path)
  })
})

it("a brace that is not closed is refused", () => {
  assert.isTrue(Result.isFailure(Glob.parse("a{b,c")))
  assert.isTrue(Result.isFailure(Glob.parse("{".repeat(500))))
})

it("a position tells when nothing behind it can match", () => {
  const glob = parse("src/*/x")
  assert.isEmpty(Glob.advance(glob, Glob.begin(glob), "lib"))
  assert.isNotEmpty(Glob.advance(glob, Glob.begin(glob), "src/a/"))
  assert.isEmpty(Glob.advance(glob, Glob.begin(glob), "src/a/b/"))
})

it.each([
  "*a".repeat(200) + "b",
  "**/".repeat(150) + "b",
  "{a,{a,{a,{a,aa}}}}".repeat(20) + "b",
  "{a,}".repeat(120) + "b",
  "[a-z]*".repeat(80) + "B"
])("a pattern made to be slow takes time linear in the path: %s", (pattern) => {
  const glob = parse(pattern)
  const started = performance.now()
  assert.isFalse(Glob.matches(glob, "a".repeat(4000)))
  assert.isBelow(performance.now() - started, 2000)
})
