import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Expression from "../src/uri-template/Expression.ts"
import * as Matching from "../src/uri-template/Matching.ts"
import * as Plan from "../src/uri-template/Plan.ts"
import * as UriTemplate from "../src/UriTemplate.ts"

const expand = (template: string, values: Parameters<UriTemplate.Expandable["expand"]>[0]): string =>
  Result.getOrThrow(UriTemplate.parseExpandable(template)).expand(values)

const match = (template: string, uri: string): UriTemplate.Values | undefined => UriTemplate.make(template).match(uri)

/** The values of the examples in RFC 6570, section 3.2. */
const rfc = {
  count: ["one", "two", "three"],
  dom: ["example", "com"],
  dub: "me/too",
  hello: "Hello World!",
  half: "50%",
  var: "value",
  who: "fred",
  base: "http://example.com/home/",
  path: "/foo/bar",
  list: ["red", "green", "blue"],
  keys: { semi: ";", dot: ".", comma: "," },
  v: "6",
  x: "1024",
  y: "768",
  empty: "",
  empty_keys: {},
  undef: undefined
}

describe("expansion, as in the examples of RFC 6570 (RES-3)", () => {
  it.each([
    // 3.2.1 variables and lists
    ["{count}", "one,two,three"],
    ["{count*}", "one,two,three"],
    ["{/count}", "/one,two,three"],
    ["{/count*}", "/one/two/three"],
    ["{;count}", ";count=one,two,three"],
    ["{;count*}", ";count=one;count=two;count=three"],
    ["{?count}", "?count=one,two,three"],
    ["{?count*}", "?count=one&count=two&count=three"],
    ["{&count*}", "&count=one&count=two&count=three"],
    // 3.2.2 simple
    ["{var}", "value"],
    ["{hello}", "Hello%20World%21"],
    ["{half}", "50%25"],
    ["O{empty}X", "OX"],
    ["O{undef}X", "OX"],
    ["{x,y}", "1024,768"],
    ["{x,hello,y}", "1024,Hello%20World%21,768"],
    ["?{x,empty}", "?1024,"],
    ["?{x,undef}", "?1024"],
    ["?{undef,y}", "?768"],
    ["{var:3}", "val"],
    ["{var:30}", "value"],
    ["{list}", "red,green,blue"],
    ["{list*}", "red,green,blue"],
    ["{keys}", "semi,%3B,dot,.,comma,%2C"],
    ["{keys*}", "semi=%3B,dot=.,comma=%2C"],
    // 3.2.3 reserved
    ["{+var}", "value"],
    ["{+hello}", "Hello%20World!"],
    ["{+half}", "50%25"],
    ["{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"],
    ["{+base}index", "http://example.com/home/index"],
    ["O{+empty}X", "OX"],
    ["{+path}/here", "/foo/bar/here"],
    ["here?ref={+path}", "here?ref=/foo/bar"],
    ["up{+path}{var}/here", "up/foo/barvalue/here"],
    ["{+x,hello,y}", "1024,Hello%20World!,768"],
    ["{+path,x}/here", "/foo/bar,1024/here"],
    ["{+path:6}/here", "/foo/b/here"],
    ["{+list*}", "red,green,blue"],
    ["{+keys}", "semi,;,dot,.,comma,,"],
    ["{+keys*}", "semi=;,dot=.,comma=,"],
    // 3.2.4 fragment
    ["{#var}", "#value"],
    ["{#half}", "#50%25"],
    ["foo{#empty}", "foo#"],
    ["foo{#undef}", "foo"],
    ["{#x,hello,y}", "#1024,Hello%20World!,768"],
    ["{#path:6}/here", "#/foo/b/here"],
    ["{#keys*}", "#semi=;,dot=.,comma=,"],
    // 3.2.5 label
    ["{.who,who}", ".fred.fred"],
    ["{.half,who}", ".50%25.fred"],
    ["www{.dom*}", "www.example.com"],
    ["X{.empty}", "X."],
    ["X{.undef}", "X"],
    ["X{.list}", "X.red,green,blue"],
    ["X{.list*}", "X.red.green.blue"],
    ["X{.keys*}", "X.semi=%3B.dot=..comma=%2C"],
    ["X{.empty_keys*}", "X"],
    // 3.2.6 path segments
    ["{/who,who}", "/fred/fred"],
    ["{/who,dub}", "/fred/me%2Ftoo"],
    ["{/var,empty}", "/value/"],
    ["{/var,undef}", "/value"],
    ["{/var,x}/here", "/value/1024/here"],
    ["{/var:1,var}", "/v/value"],
    ["{/list*,path:4}", "/red/green/blue/%2Ffoo"],
    ["{/keys*}", "/semi=%3B/dot=./comma=%2C"],
    // 3.2.7 path parameters
    ["{;half}", ";half=50%25"],
    ["{;empty}", ";empty"],
    ["{;v,empty,who}", ";v=6;empty;who=fred"],
    ["{;v,bar,who}", ";v=6;who=fred"],
    ["{;hello:5}", ";hello=Hello"],
    ["{;keys}", ";keys=semi,%3B,dot,.,comma,%2C"],
    ["{;keys*}", ";semi=%3B;dot=.;comma=%2C"],
    // 3.2.8 and 3.2.9 queries
    ["{?x,y,empty}", "?x=1024&y=768&empty="],
    ["{?x,y,undef}", "?x=1024&y=768"],
    ["{?var:3}", "?var=val"],
    ["{?keys}", "?keys=semi,%3B,dot,.,comma,%2C"],
    ["{?keys*}", "?semi=%3B&dot=.&comma=%2C"],
    ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
    ["{&x,y,empty}", "&x=1024&y=768&empty="],
    ["{&keys*}", "&semi=%3B&dot=.&comma=%2C"]
  ])("%s becomes %s", (template, uri) => {
    expect(expand(template, rfc)).toBe(uri)
  })

  it("encodes UTF-8, keeps triplets only where reserved characters are kept, and counts prefixes in characters", () => {
    expect(expand("{a}{+a}", { a: "dr\u00fc\u20ac\u{1f600}" })).toBe("dr%C3%BC%E2%82%AC%F0%9F%98%80".repeat(2))
    expect(expand("{a}/{+a}", { a: "a%2Fb%zz" })).toBe("a%252Fb%25zz/a%2Fb%25zz")
    expect(expand("{a:2}", { a: "\u{1f600}\u00fcx" })).toBe("%F0%9F%98%80%C3%BC")
    expect(expand("{a}", { a: "\ud800" })).toBe("%EF%BF%BD")
    expect(expand("/caf\u00e9/%C3%A9{a}", { a: "" })).toBe("/caf%C3%A9/%C3%A9")
  })

  it("takes only values that the caller gave", () => {
    expect(expand("x{constructor}{__proto__}{toString}", {})).toBe("x")
    expect(expand("x{a}", Object.create({ a: "inherited" }) as { readonly a: string })).toBe("x")
    expect(expand("x{__proto__}", JSON.parse("{\"__proto__\":\"own\"}"))).toBe("xown")
  })
})

const problem = (
  template: string,
  parse: (text: string) => Result.Result<unknown, UriTemplate.UriTemplateError>
): UriTemplate.UriTemplateError => Result.getOrThrow(Result.flip(parse(template)))

describe("a text that is no template", () => {
  it.each([
    ["{", 0],
    ["a{b", 1],
    ["a}", 1],
    ["{{a}}", 0],
    ["{}", 1],
    ["{?}", 2],
    ["{a,}", 3],
    ["{=a}", 1],
    ["{!a}", 1],
    ["{|a*}", 1],
    ["{$a}", 1],
    ["{??a}", 2],
    ["{a:prefix}", 1],
    ["{a:0}", 1],
    ["{a:10000}", 1],
    ["{a:2*}", 1],
    ["{a.}", 1],
    ["{?x, y}", 4],
    ["{-join|&|a}", 1],
    ["/people/{~thing}", 9],
    ["a b", 1],
    ["a%zz", 1],
    ["a\"b", 1],
    ["a\ud800", 1],
    ["a\u0000", 1]
  ])("is refused where it is wrong: %j", (template, position) => {
    for (const parse of [UriTemplate.parse, UriTemplate.parseExpandable]) {
      expect(problem(template, parse)).toMatchObject({ _tag: "UriTemplateError", reason: "Syntax", template, position })
    }
    expect(() => UriTemplate.make(template)).toThrow(UriTemplate.UriTemplateError)
  })

  it("does not hold up the parser, however long it is", () => {
    const n = 100_000
    for (const text of ["{".repeat(n), "}".repeat(n), `{${"a,".repeat(n)}}`, `{${"a.".repeat(n)}}`, "%".repeat(n)]) {
      expect(problem(text, UriTemplate.parse).reason).toBe("Syntax")
    }
  })
})

describe("a template that no match could read back", () => {
  it.each([
    "{a}{b}",
    "{a}-{b}",
    "{a}.txt{b}",
    "{a}{.b}",
    "{+path}{?q}",
    "{+a}/{b}",
    "{/a}{/b}",
    "{?q}{a}",
    "{.a*}",
    "{.a,b}",
    "{+a,b}",
    "{#a*}",
    "{a*,b}",
    "{/a*,b}",
    "{?a,a}",
    "{?a%2D,a%2d}",
    "{a}/{a*}"
  ])("is refused, but can be filled in: %s", (template) => {
    expect(problem(template, UriTemplate.parse).reason).toBe("Ambiguous")
    expect(Result.isSuccess(UriTemplate.parseExpandable(template))).toBe(true)
  })

  it("is explained with its place and a way out", () => {
    expect(() => UriTemplate.make("x/{a}{b}")).toThrow(
      "URI template \"x/{a}{b}\", at position 2: where {a} ends and {b} begins cannot be told; " +
        "put a character between them that neither can hold, such as \"/\""
    )
    expect(() => UriTemplate.make("file:///{+path}{?q}")).toThrow(
      /\{\/path\*\} reads a path in front of something else/
    )
  })
})

describe("a match", () => {
  it.each<[string, string, UriTemplate.Values | undefined]>([
    ["file:///{+path}", "file:///a/b%20c.txt", { path: "a/b c.txt" }],
    ["file:///{+path}", "file:///a%2Fb/c?d#e", { path: "a%2Fb/c?d#e" }],
    ["file:///{name}.json", "file:///a.json.json", { name: "a.json" }],
    ["file:///{name}.json", "file:///a/b.json", undefined],
    ["file:///{name}.json", "file:///a.jsonx", undefined],
    ["http://localhost:3000/x/{id}", "http://localhost:3000/x/5", { id: "5" }],
    ["http://localhost:3000/x/{id}", "http://evil.example:3000/x/5", undefined],
    ["http://localhost:3000/x/{id}", "http://localhost:3000/x/../x/5", undefined],
    ["repo://{owner}/{name}{/path*}{?state}", "repo://o/n", { owner: "o", name: "n" }],
    ["repo://{owner}/{name}{/path*}{?state}", "repo://o/n/a/b%2Fc?state=x", {
      owner: "o",
      name: "n",
      path: ["a", "b/c"],
      state: "x"
    }],
    ["s{?a,b,c*}", "s?c=1&b=2&c=3&a=", { a: "", b: "2", c: ["1", "3"] }],
    ["s{?a,b}", "s?a=1&x=2", undefined],
    ["s{?a,b}", "s?a=1&a=2", undefined],
    ["s{?a}", "s?a", { a: "" }],
    ["s{?a}", "s?a=b=c", { a: "b=c" }],
    ["s?fixed=1{&a}", "s?fixed=1&a=2", { a: "2" }],
    ["s{?a}{&b}", "s&b=1", { b: "1" }],
    ["m{;lat,long}", "m;lat=1;long", { lat: "1", long: "" }],
    ["{x,y}", "1,2", { x: "1", y: "2" }],
    ["{x,y}", "1", { x: "1" }],
    ["{x,y}", "1,2,3", undefined],
    ["{x,rest*}", "1,2,3", { x: "1", rest: ["2", "3"] }],
    ["{a}:{b}", "1:2", { a: "1", b: "2" }],
    ["a{.ext}", "a.tar.gz", { ext: "tar.gz" }],
    ["a{.ext}", "a", {}],
    ["a{#f}", "a#x/y", { f: "x/y" }],
    ["{/a}/end", "/x/end", { a: "x" }],
    ["{/a}/end", "/end", {}],
    ["{/a}", "/x/y", undefined],
    ["{a:3}", "abc", { a: "abc" }],
    ["{a:3}", "abcd", undefined],
    ["{/var:1,var}", "/v/value", { var: "value" }],
    ["{/var:1,var}", "/x/value", undefined],
    ["{a}/{a}", "1/1", { a: "1" }],
    ["{a}/{a}", "1/2", undefined],
    ["", "", {}],
    ["", "x", undefined],
    ["a/b", "a/b", {}],
    ["a/{b}", "a/", {}],
    ["a/{b}", "a", undefined],
    ["a/{b}", "A/x", undefined]
  ])("of %s with %s", (template, uri, values) => {
    expect(match(template, uri)).toEqual(values)
  })

  it("takes equivalent spellings of a URI for the same", () => {
    expect(match("caf\u00e9/{x}", "caf%c3%a9/%41%7eb")).toEqual({ x: "A~b" })
    expect(match("caf%C3%A9/{x}", "caf\u00e9/\u00fc")).toEqual({ x: "\u00fc" })
  })

  it("accepts reserved characters that should have been encoded where they can only belong to one variable", () => {
    expect(match("log://{at}", "log://2026-01-02T03:04:05@x,y")).toEqual({ at: "2026-01-02T03:04:05@x,y" })
  })

  it.each(["%", "%Z", "%ZZ", "%4", "%C3", "%C3%28", "%FF", "%ED%A0%80", "%C0%AF", "\ud800"])(
    "is refused for malformed octets: %j",
    (bad) => {
      for (const template of ["x/{a}", "x/{+a}", "x{/a*}", "x{?a}", "x{#a}"]) {
        for (const lead of ["x/", "x/a", "x?a=", "x#"]) expect(match(template, lead + bad)).toBeUndefined()
      }
    }
  )

  it("gives variables named like parts of an object's prototype as own values", () => {
    const values = match("{__proto__}/{constructor}", "a/b") ?? {}
    expect(Object.entries(values)).toEqual([["__proto__", "a"], ["constructor", "b"]])
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
  })
})

it("a template knows its text and its variables, each once and in order", () => {
  const template = UriTemplate.make("x/{b}/{a,b}{?c*,a.d}")
  expect(template.text).toBe("x/{b}/{a,b}{?c*,a.d}")
  expect(template.variables).toEqual(["b", "a", "c", "a.d"])
  expect(UriTemplate.isExpandable(template)).toBe(true)
  expect(UriTemplate.isExpandable({ text: "x" })).toBe(false)
})

// --- laws

const Text = Schema.String
const Part = Schema.Struct({
  literal: Schema.Literals(["/", "/", "/", "", "-", ".json", ":", "x%20y/", "\u00e9/", "?k=v", "&"]),
  operator: Schema.Literals(["", "", "", "+", "#", ".", "/", "/", ";", "?", "?", "&"]),
  variables: Schema.Array(Schema.Struct({
    modifier: Schema.Literals(["", "", "", ":3", "*", "*"]),
    texts: Schema.NonEmptyArray(Text).check(Schema.isMaxLength(3))
  })).check(Schema.isMinLength(1), Schema.isMaxLength(3)),
  defined: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
})
type Part = typeof Part.Type
const Recipe = Schema.Struct({
  parts: Schema.Array(Part).check(Schema.isMaxLength(4)),
  end: Schema.Literals(["", "/end", ".z"])
})

const named = (operator: string): boolean => operator === ";" || operator === "?" || operator === "&"

const templateOf = ({ end, parts }: typeof Recipe.Type): string =>
  parts.map(({ literal, operator, variables }, part) =>
    `${literal}{${operator}${variables.map(({ modifier }, index) => `v${part}_${index}${modifier}`).join(",")}}`
  ).join("") + end

/** Values in the domain of the law, as the documentation of `UriTemplate` states it. */
const valuesOf = ({ parts }: typeof Recipe.Type): UriTemplate.Values =>
  Object.fromEntries(
    parts.flatMap(({ defined, operator, variables }, part) =>
      variables.flatMap(({ modifier, texts }, index): ReadonlyArray<[string, string | ReadonlyArray<string>]> => {
        // positional values cannot skip one, named ones can
        if (named(operator) ? defined === index : index >= defined) return []
        const reserved = operator === "+" || operator === "#"
        const emptyIsNone = (operator === "" || operator === "+") && index === 0
        const value = (text: string) => {
          const whole = reserved ? text.toWellFormed().replaceAll("%", "") : text.toWellFormed()
          return whole === "" && emptyIsNone ? "x" : modifier === ":3" ? Array.from(whole).slice(0, 3).join("") : whole
        }
        return [[`v${part}_${index}`, modifier === "*" ? texts.map(value) : value(texts[0])]]
      })
    )
  )

const parsed = (recipe: typeof Recipe.Type) => UriTemplate.parse(templateOf(recipe))

describe("laws", () => {
  it.prop(
    "match after expand is the identity",
    [Arbitrary.schema(Recipe).pipe(Arbitrary.filter((recipe) => Result.isSuccess(parsed(recipe))))],
    ([recipe]) => {
      const template = Result.getOrThrow(parsed(recipe))
      const values = valuesOf(recipe)
      const uri = template.expand(values)
      expect({ template: template.text, uri, values: template.match(uri) }).toEqual({
        template: template.text,
        uri,
        values
      })
    },
    { arbitrary: { runs: 1000, maxDiscards: 20_000 } }
  )

  it.prop(
    "a template is refused as ambiguous or syntactically wrong, never with an exception",
    [Schema.Array(
      Schema.Literals(["{", "}", "+", "?", "/", ".", "*", ":", ":2", "a", "b", ",", "%", "%41", "-", " "])
    )],
    ([tokens]) => {
      const result = UriTemplate.parse(tokens.join(""))
      if (Result.isFailure(result)) {
        expect(result.failure.position).toBeLessThanOrEqual(result.failure.template.length)
        expect(["Ambiguous", "Syntax"]).toContain(result.failure.reason)
      } else {
        expect(result.success.match(result.success.expand({}))).toBeDefined()
      }
    },
    { arbitrary: { runs: 1000 } }
  )

  it.prop(
    "whatever a match reads is read again from its own expansion",
    [
      Schema.Literals([
        "{a}/{b}",
        "{a,b}",
        "x{/a*}{?b,c*}",
        "{a}.json",
        "{a}:{b}{;c}{#d}",
        "x{.a}",
        "?k=v{&a*}",
        "{a:2}/{a}"
      ]),
      Schema.Array(
        Schema.Literals([
          "/",
          "?",
          "&",
          "=",
          ";",
          "#",
          ",",
          ".",
          ":",
          "a",
          "b",
          "c",
          "x",
          ".json",
          "%20",
          "%C3%A9",
          "\u00fc",
          "k=v"
        ])
      )
    ],
    ([text, tokens]) => {
      const template = UriTemplate.make(text)
      const values = template.match(tokens.join(""))
      if (values !== undefined) expect(template.match(template.expand(values))).toEqual(values)
    },
    { arbitrary: { runs: 2000 } }
  )
})

describe("work is linear in the URI", () => {
  const steps = (template: string, uri: string): number => {
    const plan = Plan.make(template, Result.getOrThrow(Expression.parse(template)))
    const meter: Matching.Meter = { steps: 0 }
    Matching.match(Result.getOrThrow(plan), uri, meter)
    return meter.steps
  }

  const templates = [
    "{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}",
    "{a,b,c,d,e,f,g,h}",
    "{a*}",
    "{/a*}{?b*,c,d}{#e}",
    "{/a,b,c,d*}/x/x/x/x",
    "{+a}/x/x/x/x",
    "{a}.x.x.x.x.x",
    "{?a,b,c*}",
    "{;a*,b}{?c}{&d}",
    "x{.a}:{b}",
    "{a:9999}/{a}"
  ]
  const n = 20_000
  const attacks = [
    "/".repeat(n),
    ",".repeat(n),
    "a".repeat(n),
    ".x".repeat(n),
    "a/".repeat(n),
    "/x".repeat(n),
    "%41".repeat(n),
    "%C3%A9".repeat(n),
    "%".repeat(n),
    "%2".repeat(n),
    `?${"a=1&".repeat(n)}`,
    `?${"c=1&".repeat(n)}c`,
    `?${"c&".repeat(n)}`,
    `;${"a=1;".repeat(n)}`,
    "\u{1f600}".repeat(n),
    "=".repeat(n),
    `/${"a".repeat(n)}/${"a".repeat(n)}`
  ]

  /** What a URI is long when everything outside ASCII is encoded, which is what has to be read. */
  const size = (uri: string): number => uri.replace(/[^\0-\x7f]/gu, (character) => encodeURIComponent(character)).length

  it("against any of some attacks on any of some templates", () => {
    for (const template of templates) {
      for (const uri of attacks) expect(steps(template, uri)).toBeLessThan(6 * (size(uri) + template.length))
    }
  })

  it.prop("for any template and any text", [
    Arbitrary.schema(Recipe).pipe(Arbitrary.filter((recipe) => Result.isSuccess(parsed(recipe)))),
    Schema.Array(
      Schema.Literals(["/", "?", "&", "=", ";", "#", ",", ".", "a", "v0_0", "v1_1", "%20", "%", "\u00fc", "end"])
    )
  ], ([recipe, tokens]) => {
    const template = templateOf(recipe)
    const uri = tokens.join("").repeat(20)
    const taken = steps(template, uri)
    expect(taken).toBeGreaterThanOrEqual(uri.length)
    expect(taken).toBeLessThan(6 * (size(uri) + 3 * template.length + 1))
  }, { arbitrary: { runs: 300, maxDiscards: 10_000 } })
})
