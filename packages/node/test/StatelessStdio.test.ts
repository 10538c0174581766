import { afterAll, describe, expect, it } from "vitest"
import { Child, killAll, type Message } from "./stdio/Child.ts"

afterAll(killAll)

const required = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {}
}

const complete = (text: string) => ({
  content: [{ type: "text", text }],
  resultType: "complete",
  _meta: { "io.modelcontextprotocol/serverInfo": { name: "stdio-test", version: "1.0.0" } }
})

/** Opens a subscription to the list of tools, and waits until the server has acknowledged it. */
const listen = async (child: Child, id: string | number): Promise<void> => {
  child.say({
    id,
    method: "subscriptions/listen",
    params: { notifications: { toolsListChanged: true }, _meta: required }
  })
  await child.until(() => child.messages.find((message) => subscriptionOf(message) === id))
}

const subscriptionOf = ({ params }: Message) =>
  (params as { readonly _meta?: { readonly [key: string]: unknown } } | undefined)
    ?._meta?.["io.modelcontextprotocol/subscriptionId"]

const ended = async (child: Child) => {
  child.process.stdin.end()
  expect(await child.ended).toBe(0)
}

describe("requests that stand for themselves over stdio", { timeout: 30_000 }, () => {
  it("are served without a handshake: all they say is in the line, and lines are all that is written (STDIO-2, STDIO-3, STDIO-11, STDIO-16)", async () => {
    const child = new Child()
    child.call(1, "echo", { text: "two\nlines\r\n\u2028 ä 😀 \u0000" }, required)
    expect((await child.answer(1)).result).toEqual(complete("two\nlines\r\n\u2028 ä 😀 \u0000"))
    child.say({ id: "two", method: "server/discover", params: { _meta: required } })
    expect((await child.answer("two")).result).toMatchObject({ supportedVersions: ["2026-07-28"] })
    // what the body does not say, nothing else says
    child.call(3, "echo", { text: "x" }, { "io.modelcontextprotocol/protocolVersion": "2026-07-28" })
    expect((await child.answer(3)).error?.code).toBe(-32602)
    await ended(child)
    const lines = child.stdout.slice(0, -1).split("\n").map((line) => JSON.parse(line) as Message)
    expect(lines).toHaveLength(3)
    expect(lines.filter(({ method }) => method !== undefined)).toEqual([])
  })

  it("come between the messages of a session, and neither knows of the other (VER-11, VER-13)", async () => {
    const child = new Child()
    child.call(1, "echo", { text: "before" }, required)
    const handshake = await child.handshake("2026-07-28")
    expect(handshake.result).toMatchObject({ protocolVersion: "2025-11-25" })
    child.call(2, "echo", { text: "in the session" })
    child.call(3, "echo", { text: "beside it" }, required)
    child.say({ id: 4, method: "ping" })
    child.say({ id: 5, method: "ping", params: { _meta: required } })
    child.say({ id: 6, method: "server/discover" })
    expect((await child.answer(1)).result).toEqual(complete("before"))
    expect((await child.answer(2)).result).toEqual({ content: [{ type: "text", text: "in the session" }] })
    expect((await child.answer(3)).result).toEqual(complete("beside it"))
    expect((await child.answer(4)).result).toEqual({})
    expect((await child.answer(5)).error?.code).toBe(-32601)
    expect((await child.answer(6)).error?.code).toBe(-32601)
    await ended(child)
  })

  it("are served beside lines that are no JSON, too long or too deep (BASE-16, robustness 7, 22)", async () => {
    const child = new Child()
    const echo = (id: number) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: { name: "echo", arguments: { text: `${id}` }, _meta: required }
      })
    child.write(`${echo(1)}\nnot json\n${echo(2)}\r\n[${echo(3)}]\n\n"${"x".repeat(5 * 1024 * 1024)}"\n`)
    const deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)
    child.write(`{"jsonrpc":"2.0","id":4,"method":"server/discover","params":{"_meta":${deep}}}\n${echo(5)}\n`)
    for (const id of [1, 2, 5]) expect((await child.answer(id)).result).toEqual(complete(`${id}`))
    expect(child.messages.flatMap(({ error }) => error === undefined ? [] : [error.code]).toSorted()).toEqual([
      -32600,
      -32600,
      -32700,
      -32700
    ])
    await ended(child)
  })

  it("are cancelled by a notification: their work is released, and nothing more is said of them (STDIO-13, STDIO-14)", async () => {
    const child = new Child()
    child.call("a", "never", {}, { ...required, "io.modelcontextprotocol/logLevel": "debug", progressToken: 1 })
    child.call(1, "echo", { text: "ready" }, required)
    await child.answer(1)
    child.say({ method: "notifications/cancelled", params: { requestId: "a" } })
    await child.stderrHas("released")
    child.call(2, "echo", { text: "still here" }, required)
    expect((await child.answer(2)).result).toEqual(complete("still here"))
    await ended(child)
    expect(child.messages).toHaveLength(2)
  })
})

describe("the end of a server over stdio without a session", { timeout: 30_000 }, () => {
  it("at the end of input it answers what is in progress and exits with 0 (STDIO-18)", async () => {
    const child = new Child()
    child.call(1, "afterEnd", {}, { ...required, progressToken: "t" })
    await ended(child)
    expect(child.messages).toEqual([
      { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: "t", progress: 1 } },
      { jsonrpc: "2.0", id: 1, result: complete("finished") }
    ])
  })

  it.each(["end of input", "SIGTERM", "SIGINT"] as const)(
    "%s: subscriptions are ended with a word, and keep nothing waiting (SUB-17, CANC-14, STDIO-18)",
    async (end) => {
      // a drain of ten minutes: what stands does not take part in it
      const child = new Child("600 seconds")
      await listen(child, "news")
      await listen(child, 2)
      if (end === "end of input") child.process.stdin.end()
      else child.process.kill(end)
      expect(await child.ended).toBe(0)
      for (const id of ["news", 2]) {
        const own = child.messages.filter((message) => message.id === id || subscriptionOf(message) === id)
        expect(own).toMatchObject([
          { method: "notifications/subscriptions/acknowledged" },
          { id, result: { resultType: "complete" } },
          { method: "notifications/cancelled", params: { requestId: id } }
        ])
      }
    }
  )
})
