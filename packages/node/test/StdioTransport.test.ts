import { describe, expect, it } from "@effect/vitest"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { PassThrough, Writable } from "node:stream"
import { setImmediate as tick } from "node:timers/promises"
import * as StdioTransport from "../src/StdioTransport.ts"

const message = (n: number) => ({ jsonrpc: "2.0", id: n, result: {} } as const)

const make = (
  options?: { readonly highWaterMark?: number; readonly maxLineLength?: number; readonly stuck?: boolean }
) => {
  const input = new PassThrough()
  const written: Array<string> = []
  const stuck: Array<() => void> = []
  const output = new Writable({
    highWaterMark: options?.highWaterMark ?? 65536,
    decodeStrings: false,
    write: (chunk, _, done) => {
      written.push(String(chunk))
      if (options?.stuck === true) stuck.push(done)
      else done()
    }
  })
  const transport = StdioTransport.make({
    input,
    output,
    ...(options?.maxLineLength === undefined ? {} : { maxLineLength: options.maxLineLength })
  })
  const received: Array<unknown> = []
  return { input, output, transport, written, stuck, received, run: transport.run((json) => received.push(json)) }
}

const settle = Effect.promise(async () => {
  for (let i = 0; i < 5; i++) await tick()
})

describe("the stdio transport", () => {
  it.effect("writes the messages of a tick at once, in order, a line each (STDIO-2)", () =>
    Effect.gen(function*() {
      const { transport, written } = make()
      for (let n = 0; n < 100; n++) yield* transport.send(message(n))
      yield* settle
      expect(written).toHaveLength(1)
      expect(written[0]).toBe(Array.from({ length: 100 }, (_, n) => `${JSON.stringify(message(n))}\n`).join(""))
    }))

  it.effect("reads no more from a client that does not read, until it does (robustness 17)", () =>
    Effect.gen(function*() {
      const { input, run, stuck, transport, received, written } = make({ highWaterMark: 16, stuck: true })
      yield* Effect.forkChild(run, { startImmediately: true })
      yield* transport.send(message(0))
      yield* settle
      for (let n = 0; n < 100; n++) {
        input.write(`not json\n${JSON.stringify(message(n))}\n`)
        yield* settle
      }
      expect(received).toHaveLength(0)
      expect(written).toHaveLength(1)
      stuck.shift()?.()
      yield* settle
      expect(received.length).toBeGreaterThan(0)
    }))

  it.effect("never writes a raw newline within a message (STDIO-2)", () =>
    Effect.gen(function*() {
      const { transport, written } = make()
      const text = "a\nb\r\nc\u2028d\u0000"
      yield* transport.send({ jsonrpc: "2.0", method: `x\ny`, params: { [text]: text } })
      yield* settle
      expect(written.join("").slice(0, -1)).not.toMatch(/[\n\r]/)
      expect(JSON.parse(written.join(""))).toEqual({ jsonrpc: "2.0", method: "x\ny", params: { [text]: text } })
    }))

  it.effect("reads until the end of input, and then has ended (STDIO-10)", () =>
    Effect.gen(function*() {
      const { input, received, run } = make()
      const running = yield* Effect.forkChild(run)
      yield* settle
      input.write("{\"a\":1}\n{\"a\":")
      input.write("2}\r\n\n[3]")
      yield* settle
      expect(received).toEqual([{ a: 1 }, { a: 2 }])
      expect(running.pollUnsafe()).toBeUndefined()
      input.end()
      yield* Fiber.join(running)
      expect(received).toEqual([{ a: 1 }, { a: 2 }, [3]])
    }))

  it.effect("answers what is not JSON or too long by itself, and goes on (BASE-16, robustness 22)", () =>
    Effect.gen(function*() {
      const { input, received, run, written } = make({ maxLineLength: 20 })
      yield* Effect.forkChild(run)
      yield* settle
      input.write(`{bad\n{"a":1}\n"${"x".repeat(30)}"\n{"a":2}\n`)
      yield* settle
      expect(received).toEqual([{ a: 1 }, { a: 2 }])
      expect(written.join("").trimEnd().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
        { jsonrpc: "2.0", id: null, error: { code: -32700, message: "The line is not JSON" } },
        { jsonrpc: "2.0", id: null, error: { code: -32700, message: "The line is too long" } }
      ])
    }))

  it.effect("makes senders wait while the output is full, loses nothing, and says that it is congested", () =>
    Effect.gen(function*() {
      const { stuck, transport, written } = make({ highWaterMark: 10, stuck: true })
      yield* transport.send(message(1))
      yield* settle
      expect(transport.isCongested()).toBe(true)
      const second = yield* Effect.forkChild(transport.send(message(2)))
      const third = yield* Effect.forkChild(transport.send(message(3)))
      yield* settle
      expect([second.pollUnsafe(), third.pollUnsafe(), written.length]).toEqual([undefined, undefined, 1])
      stuck.shift()?.()
      yield* Fiber.join(second)
      yield* Fiber.join(third)
      yield* settle
      stuck.shift()?.()
      yield* settle
      expect(transport.isCongested()).toBe(false)
      expect(written.join("").trimEnd().split("\n").map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([
        1,
        2,
        3
      ])
    }))

  it.effect("writes a long message as it is, in its place among the others, a line each (STDIO-2)", () =>
    Effect.gen(function*() {
      const { transport, written } = make({ highWaterMark: 1024 * 1024 })
      const long = { jsonrpc: "2.0", id: 2, result: { text: "x".repeat(100_000) } } as const
      const messages = [message(1), long, message(3), long, long, message(4)]
      for (const one of messages) yield* transport.send(one)
      yield* settle
      expect(written.join("")).toBe(messages.map((one) => `${JSON.stringify(one)}\n`).join(""))
      expect(written).toContain(JSON.stringify(long))
    }))

  it.effect("is not congested by what the output takes at once, however much it is", () =>
    Effect.gen(function*() {
      const { input, output } = make()
      const written: Array<string> = []
      // as Node's own says of a long text, which the pipe has taken all the same
      const write = (text: string) => {
        written.push(text)
        return false
      }
      const transport = StdioTransport.make({ input, output, write })
      yield* transport.send(message(1))
      yield* settle
      expect(written).toHaveLength(1)
      expect(transport.isCongested()).toBe(false)
    }))

  it.effect("answers with an internal error in place of a result that JSON cannot hold, and logs it", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const { transport, written } = make()
      const cycle: Record<string, unknown> = {}
      cycle["self"] = cycle
      yield* transport.send({ jsonrpc: "2.0", id: 1, result: cycle })
      yield* transport.send({ jsonrpc: "2.0", id: 2, result: { big: 1n } })
      yield* transport.send({ jsonrpc: "2.0", method: "notifications/message", params: cycle })
      yield* transport.send(message(3))
      yield* settle
      expect(written.join("").trimEnd().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
        { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "Internal error" } },
        { jsonrpc: "2.0", id: 2, error: { code: -32603, message: "Internal error" } },
        message(3)
      ])
      expect(logged).toHaveLength(3)
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("ends when the reader has gone away, and fails senders then", () =>
    Effect.gen(function*() {
      const { output, run, transport } = make()
      const running = yield* Effect.forkChild(run)
      yield* settle
      output.destroy()
      yield* Fiber.join(running)
      expect(Exit.findErrorOption(yield* Effect.exit(transport.send(message(1))))).toMatchObject({
        value: { reason: { _tag: "Closed" } }
      })
    }))

  it.effect("has ended when the input has ended before it is read", () =>
    Effect.gen(function*() {
      const { input, run } = make()
      input.end()
      input.resume()
      yield* settle
      yield* run
    }))

  it.effect("fails when the input breaks", () =>
    Effect.gen(function*() {
      const { input, run } = make()
      const running = yield* Effect.forkChild(Effect.exit(run))
      yield* settle
      input.destroy(new Error("broken"))
      expect(Exit.findErrorOption(yield* Fiber.join(running))).toMatchObject({ value: { reason: { _tag: "Broken" } } })
    }))

  it.effect("does not lose senders that wait when the reader goes away", () =>
    Effect.gen(function*() {
      const { output, run, transport } = make({ highWaterMark: 10, stuck: true })
      yield* Effect.forkChild(run)
      yield* transport.send(message(1))
      yield* settle
      const waiting = yield* Effect.forkChild(Effect.exit(transport.send(message(2))))
      yield* settle
      output.destroy()
      yield* settle
      expect(yield* Effect.flatMap(Fiber.join(waiting), Effect.flip)).toEqual(TransportError.closed())
    }))
})
