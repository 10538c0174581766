import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@mcp-effect/testkit/Redaction"

const redacted = (message: unknown, rules?: Redaction.Rules) => Redaction.make(rules)(message)

const secret = "correct-horse-7"

describe("redaction", () => {
  it.each(
    [
      "password",
      "Password",
      "dbPassword",
      "access_token",
      "refreshToken",
      "X-Api-Key",
      "client_secret",
      "authorization",
      "Set-Cookie",
      "credentials",
      "aws.secret.key"
    ]
  )("takes out what a member called %s holds", (name) => {
    expect(redacted({ params: { [name]: secret, other: 1 } })).toEqual({ params: { [name]: "«redacted:1»", other: 1 } })
  })

  it("takes out all that is in it: numbers and what is nested too, but nothing that is only said to be there", () => {
    expect(redacted({ credentials: { user: "ada", pin: 1234, more: [["blue fish"]] }, token: null, secret: true }))
      .toEqual({
        credentials: { user: "«redacted:1»", pin: "«redacted:2»", more: [["«redacted:3»"]] },
        token: null,
        secret: true
      })
  })

  it("leaves alone what has such a name and is none", () => {
    const message = {
      params: { _meta: { progressToken: "p-1234" }, maxTokens: 10, tokenize: "yes", key: "value" },
      method: "notifications/progress"
    }
    expect(redacted(message)).toEqual(message)
  })

  it.each([
    ["Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"],
    ["Authorization: Basic YWRhOnNlY3JldA==", "YWRhOnNlY3JldA=="],
    ["the header was bearer abc.DEF-123~4", "abc.DEF-123~4"],
    ["use eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl here", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
    ["key sk-proj-0123456789abcdef", "sk-proj-0123456789abcdef"],
    ["ghp_0123456789abcdefghijklmnopqrstuvwxyz", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"],
    ["https://example.com/?a=1&access_token=abc123456#x", "abc123456"],
    ["postgres://ada:hunter22@localhost/db", "hunter22"],
    ["Set-Cookie: session=abc123; Path=/", "abc123"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE0\n-----END RSA PRIVATE KEY-----", "MIIE0"],
    ["PASSWORD=hunter2222 npm start", "hunter2222"]
  ])("takes out what looks like a secret, wherever it stands: %s", (text, secret) => {
    const message = { params: { data: [{ text }] } }
    expect(JSON.stringify(redacted(message))).not.toContain(secret)
    expect(JSON.stringify(redacted(message))).toContain("«redacted:1»")
  })

  it("gives equal secrets equal names, in all that follows", () => {
    const redact = Redaction.make()
    expect(redact({ token: "abc-1", password: "def-2" })).toEqual({ token: "«redacted:1»", password: "«redacted:2»" })
    expect(redact({ a: { token: "def-2" }, text: "it was abc-1, not ABC" })).toEqual({
      a: { token: "«redacted:2»" },
      text: "it was «redacted:1», not ABC"
    })
  })

  it("finds a secret in texts of the same message that come before it is known", () => {
    expect(redacted({ content: [{ type: "text", text: `I am ${secret}!` }], structuredContent: { password: secret } }))
      .toEqual({
        content: [{ type: "text", text: "I am «redacted:1»!" }],
        structuredContent: { password: "«redacted:1»" }
      })
  })

  it("finds a secret in JSON in a text, and in JSON in that", () => {
    const inner = JSON.stringify({ password: "say \"hi\" 7" })
    const outer = JSON.stringify({ log: inner, n: 1 })
    expect(redacted({ text: outer })).toEqual({
      text: JSON.stringify({ log: JSON.stringify({ password: "«redacted:1»" }), n: 1 })
    })
    expect(redacted({ text: JSON.stringify([{ password: "abc" }]) })).toEqual({ text: `[{"password":"«redacted:1»"}]` })
  })

  it("finds a secret in a URL, in base64 and in the name of a member", () => {
    const redact = Redaction.make()
    redact({ password: "a b/c+d é" })
    expect(redact({ text: "?q=a%20b%2Fc%2Bd%20%C3%A9&r=a+b%2Fc%2Bd+%C3%A9" })).toEqual({
      text: "?q=«redacted:1»&r=«redacted:1»"
    })
    expect(redact({ text: Buffer.from("a b/c+d é").toString("base64") })).toEqual({ text: "«redacted:1»" })
    expect(redact({ "x a b/c+d é": 1 })).toEqual({ "x «redacted:1»": 1 })
  })

  it("looks for short secrets only in quotes, and in the names of members only for long ones", () => {
    const redact = Redaction.make()
    redact({ password: "an", token: "name" })
    expect(redact({ text: `a banana, "an" banana`, username: "my name" })).toEqual({
      text: `a banana, "«redacted:1»" banana`,
      username: "my «redacted:2»"
    })
  })

  it("does not take a secret for another that it begins with", () => {
    const redact = Redaction.make()
    redact({ password: "hunter2" })
    expect(redact({ token: "hunter2-and-more", text: "hunter2-and-more, hunter2" })).toEqual({
      token: "«redacted:2»",
      text: "«redacted:2», «redacted:1»"
    })
  })

  it("knows headers, variables and arguments by the name beside the value", () => {
    expect(redacted({ argument: { name: "token", value: "abc" }, headers: [{ key: "cookie", value: "a=b" }] })).toEqual(
      {
        argument: { name: "token", value: "«redacted:1»" },
        headers: [{ key: "cookie", value: "«redacted:2»" }]
      }
    )
  })

  it("leaves Schemas of tools and forms as they are, but for the values in them", () => {
    const schema = (value: string) => ({
      type: "object",
      properties: { password: { type: "string", description: "Yours", default: value } },
      required: ["password"]
    })
    expect(redacted({ result: { tools: [{ name: "login", inputSchema: schema("hunter2") }] } })).toEqual({
      result: { tools: [{ name: "login", inputSchema: schema("«redacted:1»") }] }
    })
    expect(redacted({ params: { requestedSchema: schema("hunter2") } })).toEqual({
      params: { requestedSchema: schema("«redacted:1»") }
    })
    // what only looks like one is none
    expect(JSON.stringify(redacted({ params: { arguments: { inputSchema: { password: { type: "hunter2" } } } } })))
      .not.toContain("hunter2")
  })

  it("takes the rules of its author", () => {
    const rules = Redaction.rules({ members: ["iban"], harmless: ["bondToken"], patterns: [/ACME-\d+/] })
    expect(redacted({ homeIBAN: "DE1234", text: "ACME-42 and DE1234", bondToken: "b", password: secret }, rules))
      .toEqual({
        homeIBAN: "«redacted:1»",
        text: "«redacted:2» and «redacted:1»",
        bondToken: "b",
        password: "«redacted:3»"
      })
  })

  it("gives no secret a name that somebody else said", () => {
    const redact = Redaction.make()
    expect(redact({ text: "«redacted:1»", token: "«redacted:4»", password: secret })).toEqual({
      text: "«redacted:1»",
      token: "«redacted:4»",
      password: "«redacted:5»"
    })
  })

  it("leaves out what nests too deeply to be looked at", () => {
    let deep: unknown = { password: secret }
    for (let i = 0; i < 5000; i++) deep = [deep]
    expect(redacted({ jsonrpc: "2.0", id: 1, method: "x", params: { deep } })).toEqual({
      jsonrpc: "2.0",
      id: 1,
      method: "x",
      params: {}
    })
    expect(redacted({ jsonrpc: "2.0", id: 2, result: { deep } })).toEqual({ jsonrpc: "2.0", id: 2, result: {} })
  })

  it("keeps a member called __proto__ a member", () => {
    const message: unknown = JSON.parse(`{"a":{"__proto__":{"token":"abc-1"}}}`)
    expect(JSON.stringify(redacted(message))).toBe(`{"a":{"__proto__":{"token":"«redacted:1»"}}}`)
  })

  it.each([
    ["eyJ-".repeat(50_000)],
    ["Bearer ".repeat(30_000)],
    ["a".repeat(200_000)],
    ["://:".repeat(50_000)],
    ["-----BEGIN PRIVATE KEY-----".repeat(8_000)],
    ["token=".repeat(30_000)],
    ["authorization: ".repeat(15_000)]
  ])("takes a text that is made to be slow in its stride: %#", (text) => {
    const begin = process.cpuUsage()
    redacted({ text })
    // in microseconds
    expect(process.cpuUsage(begin).user).toBeLessThan(1_000_000)
  })
})
