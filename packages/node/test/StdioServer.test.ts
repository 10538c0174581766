import { afterAll, describe, expect, it } from "vitest"
import { Child, killAll } from "./stdio/Child.ts"

afterAll(killAll)

const text = (text: string) => ({ content: [{ type: "text", text }] })

describe("a server over stdio", { timeout: 30_000 }, () => {
  it("speaks one message a line, and nothing else (STDIO-2, BASE-1, BASE-23)", async () => {
    const child = new Child()
    await child.handshake()
    child.call(1, "echo", { text: "two\nlines\r\n\u2028 ä 😀 \u0000" })
    expect((await child.answer(1)).result).toEqual(text("two\nlines\r\n\u2028 ä 😀 \u0000"))
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    expect(child.stdout.endsWith("\n")).toBe(true)
    const lines = child.stdout.slice(0, -1).split("\n")
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" })
  })

  it("keeps standard output pure, whatever handlers and libraries print (STDIO-3, robustness 21)", async () => {
    const child = new Child()
    await child.handshake()
    child.call(1, "noisy")
    expect((await child.answer(1)).result).toEqual(text("quiet"))
    child.call(2, "child")
    expect((await child.answer(2)).result).toEqual(text("of the child"))
    child.call(3, "echo", { text: "still here" })
    expect((await child.answer(3)).result).toEqual(text("still here"))
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    for (const printed of ["console.log", "console: 'info'", "process.stdout.write", "bytes", "end", "Effect.log"]) {
      expect(child.stderr).toContain(printed)
      expect(child.stdout.replace(/"data":"Effect.log"/, "")).not.toContain(`${printed}\n`)
    }
    for (const line of child.stdout.slice(0, -1).split("\n")) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" })
  })

  it("answers a bad line with -32700 and serves every other line of the chunk (BASE-16, STDIO-10, robustness 22)", async () => {
    const child = new Child()
    await child.handshake()
    const echo = (id: number) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: { name: "echo", arguments: { text: `${id}` } }
      })
    child.write(`${echo(1)}\n{"jsonrpc":\n\n   \n${echo(2)}\r\nnot json\n${echo(3)}\n[1,\n\u0000\n${echo(4)}\n`)
    for (const id of [1, 2, 3, 4]) expect((await child.answer(id)).result).toEqual(text(`${id}`))
    const errors = child.messages.filter(({ id }) => id === null)
    expect(errors).toHaveLength(4)
    for (const error of errors) {
      expect(error).toEqual({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "The line is not JSON" } })
    }
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("skips a line that is too long, and refuses one that nests too deep, at once (robustness 7)", async () => {
    const child = new Child()
    await child.handshake()
    child.write(`"${"x".repeat(5 * 1024 * 1024)}"\n`)
    child.write(`${"[".repeat(100_000)}${"]".repeat(100_000)}\n`)
    child.write(`${"{\"a\":".repeat(100_000)}1${"}".repeat(100_000)}\n`)
    child.call(1, "echo", { text: "x".repeat(1_000_000) })
    expect((await child.answer(1)).result).toEqual(text("x".repeat(1_000_000)))
    expect(child.messages.filter(({ id }) => id === null).map(({ error }) => error?.code)).toEqual([
      -32700,
      -32600,
      -32600
    ])
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("reads messages split at every byte, also within a character (STDIO-10, BASE-23)", async () => {
    const child = new Child()
    await child.handshake()
    child.process.stdin.setDefaultEncoding("utf8")
    const line = Buffer.from(
      `${
        JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name: "echo", arguments: { text: "ä€😀" } }
        })
      }\n`
    )
    for (const byte of line) child.write(Uint8Array.of(byte))
    expect((await child.answer(1)).result).toEqual(text("ä€😀"))
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("serves batches where the revision has them (STDIO-9, BASE-19)", async () => {
    const child = new Child()
    await child.handshake("2025-03-26")
    child.write(`${
      JSON.stringify([
        { jsonrpc: "2.0", id: 1, method: "ping" },
        { jsonrpc: "2.0", method: "notifications/x" },
        { jsonrpc: "2.0", id: 2, method: "ping" }
      ])
    }\n`)
    expect((await child.answer(1)).result).toEqual({})
    expect((await child.answer(2)).result).toEqual({})
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("writes a large result whole, and much to a reader that is slow", async () => {
    const child = new Child()
    await child.handshake()
    child.process.stdout.pause()
    for (let id = 0; id < 40; id++) child.call(id, "large", { size: 200_000 })
    child.process.stdin.end()
    child.process.stdout.resume()
    expect(await child.ended).toBe(0)
    expect(child.messages.filter(({ result }) => result !== undefined)).toHaveLength(41)
  })
})

describe("the end of a server over stdio", { timeout: 30_000 }, () => {
  it("at the end of input it answers what is in progress and exits with 0 (robustness 22, STDIO-18, INIT-24)", async () => {
    const child = new Child()
    await child.handshake()
    child.call(1, "afterEnd", {}, { progressToken: "t" })
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    expect(child.messages.slice(1)).toEqual([
      { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: "t", progress: 1 } },
      { jsonrpc: "2.0", id: 1, result: text("finished") }
    ])
  })

  it("a last line without its end is served", async () => {
    const child = new Child()
    await child.handshake()
    child.process.stdin.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }))
    expect(await child.ended).toBe(0)
    expect(child.messages.at(-1)).toEqual({ jsonrpc: "2.0", id: 1, result: {} })
  })

  it("at the end of input before anything was said it exits with 0", async () => {
    const child = new Child()
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    expect(child.stdout).toBe("")
  })

  it.each(["SIGTERM", "SIGINT"] as const)("%s: it answers what is in progress and exits with 0", async (signal) => {
    const child = new Child()
    await child.handshake()
    child.call(1, "afterSignal")
    child.call(2, "echo", { text: "ready" })
    await child.answer(2)
    child.process.kill(signal)
    expect(await child.ended).toBe(0)
    expect(child.messages.at(-1)).toEqual({ jsonrpc: "2.0", id: 1, result: text("finished") })
  })

  it.each(["end of input", "SIGTERM", "SIGINT"] as const)(
    "%s: work without end is interrupted at the deadline, never answered, and it exits with 0",
    async (end) => {
      const child = new Child("50 millis")
      await child.handshake()
      child.call(1, "never")
      child.call(2, "echo", { text: "ready" })
      await child.answer(2)
      if (end === "end of input") child.process.stdin.end()
      else child.process.kill(end)
      expect(await child.ended).toBe(0)
      expect(child.stderr).toContain("released")
      expect(child.messages.some(({ id }) => id === 1)).toBe(false)
    }
  )

  it.each(["end of input", "SIGTERM", "SIGINT"] as const)(
    "%s: work that cannot be interrupted is left behind, and it exits with 0 (STDIO-18)",
    async (end) => {
      const child = new Child("50 millis")
      await child.handshake()
      child.call(1, "stubborn")
      child.call(2, "echo", { text: "ready" })
      await child.answer(2)
      if (end === "end of input") child.process.stdin.end()
      else child.process.kill(end)
      expect(await child.ended).toBe(0)
      expect(child.messages.some(({ id }) => id === 1)).toBe(false)
    }
  )

  it("a timer of a handler does not keep it alive, and does not reach standard output (STDIO-3, robustness 21, 22)", async () => {
    const child = new Child()
    await child.handshake()
    child.call(1, "lingers")
    await child.answer(1)
    await child.stderrHas("linger")
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    expect(child.stdout).not.toContain("linger")
  })

  it("a client that has closed standard error is served all the same", async () => {
    const child = new Child()
    await child.handshake()
    child.process.stderr.destroy()
    for (let id = 1; id < 4; id++) {
      child.call(id, "noisy")
      expect((await child.answer(id)).result).toEqual(text("quiet"))
    }
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("a client that has gone away ends it", async () => {
    const child = new Child("50 millis")
    await child.handshake()
    child.process.stdout.destroy()
    child.process.stdin.on("error", () => {})
    child.call(1, "echo", { text: "x" })
    child.call(2, "echo", { text: "x" })
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
  })

  it("a server that cannot start exits with 1, and says why on standard error alone", async () => {
    const child = new Child("10 seconds", "fail")
    expect(await child.ended).toBe(1)
    expect(child.stderr).toContain("no database")
    expect(child.stdout).toBe("")
  })
})
