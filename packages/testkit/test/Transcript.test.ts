import { describe, expect, it } from "@effect/vitest"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as TempDirectory from "./transcript/TempDirectory.ts"

const text = `# Greetings
# and an answer
> {"jsonrpc":"2.0","id":1,"method":"hello","params":{"unheard":{"of":[1]}}}

# after a while
< {"jsonrpc":"2.0","id":1,"result":{}}
> [{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","method":"b"}]
`

const parsed = (text: string) => Result.getOrThrow(Transcript.parse(text))

describe("a transcript", () => {
  it("is read line by line, with its remarks, and members that nobody knows are kept", () => {
    expect(parsed(text)).toEqual([
      {
        number: 3,
        from: "client",
        message: { jsonrpc: "2.0", id: 1, method: "hello", params: { unheard: { of: [1] } } },
        remarks: ["Greetings", "and an answer"]
      },
      { number: 6, from: "server", message: { jsonrpc: "2.0", id: 1, result: {} }, remarks: ["after a while"] },
      {
        number: 7,
        from: "client",
        message: [{ jsonrpc: "2.0", method: "a" }, { jsonrpc: "2.0", method: "b" }],
        remarks: []
      }
    ])
    expect(Transcript.title(parsed(text))).toBe("Greetings")
  })

  it("is written as it was read, but for empty lines", () => {
    expect(Transcript.format(parsed(text))).toBe(text.replace("\n\n", "\n"))
  })

  it("keeps a member called __proto__ a member", () => {
    const line = `> {"jsonrpc":"2.0","method":"x","params":{"__proto__":{"polluted":true}}}\n`
    expect(Transcript.format(parsed(line))).toBe(line)
    expect({}).not.toHaveProperty("polluted")
  })

  it("may have lines that end as those of Windows", () => {
    expect(parsed(text.replaceAll("\n", "\r\n"))).toEqual(parsed(text))
  })

  it.each([
    ["> {}\n? {}", 2, "it begins with none of > (client), < (server) and # (remark)"],
    ["# a\n\n< {\"a\":", 3, "it is not JSON"],
    ["> 5", 1, "a message is an object, or a batch of them"],
    ["> null", 1, "a message is an object"]
  ])("says which line is wrong, and why: %j", (text, line, reason) => {
    const error = Result.getOrThrow(Result.flip(Transcript.parse(text)))
    expect(error.line).toBe(line)
    expect(error.message).toContain(`line ${line}: ${reason}`)
  })

  it.effect.prop(
    "holds any messages, in any order",
    [Arbitrary.schema(Schema.Array(Schema.Struct({
      from: Schema.Literals(["client", "server"]),
      message: Schema.Record(Schema.String, Schema.MutableJson)
    })))],
    ([lines]) =>
      Effect.sync(() => {
        const again = parsed(Transcript.format(lines)).map(({ from, message }) => ({ from, message }))
        expect(again).toEqual(JSON.parse(JSON.stringify(lines)))
      })
  )

  it.live("says which file cannot be read, and which is none", () =>
    Effect.gen(function*() {
      const folder = yield* TempDirectory.make
      const [none, wrong] = [join(folder, "none.jsonl"), join(folder, "wrong.jsonl")]
      writeFileSync(wrong, "> {}\nnothing")
      expect((yield* Effect.flip(Transcript.read(none))).message).toContain(`${none}: Error: ENOENT`)
      expect((yield* Effect.flip(Transcript.read(wrong))).message).toContain(`${wrong}: line 2: it begins with none`)
    }))

  it.effect("is what goes over a transport, as seen from either end", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      const [ofClient, ofServer]: [Array<Transcript.Line>, Array<Transcript.Line>] = [[], []]
      const client = Transcript.record(near, (line) => ofClient.push(line))
      const server = Transcript.record(far, (line) => ofServer.push(line), "server")
      yield* Effect.forkScoped(client.run(() => {}), { startImmediately: true })
      yield* Effect.forkScoped(server.run(() => {}), { startImmediately: true })
      yield* client.send({ jsonrpc: "2.0", id: 1, method: "ping" })
      yield* Effect.yieldNow
      yield* server.send({ jsonrpc: "2.0", id: 1, result: {} })
      yield* Effect.yieldNow
      expect(Transcript.format(ofClient)).toBe(`> {"jsonrpc":"2.0","id":1,"method":"ping"}
< {"jsonrpc":"2.0","id":1,"result":{}}
`)
      expect(ofServer).toEqual(ofClient)
    }))
})
