import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { EventParser } from "../../src/client/EventParser.ts"
import { Position } from "../../src/client/Position.ts"

const leave = (position: Position) => Effect.runSync(position.leave(() => Effect.void))

describe("a position in a stream", () => {
  it("is after the last event that has an id, and knows those of the connections before (HTTP-42)", () => {
    const position = new Position()
    for (const id of ["a", undefined, "b"]) expect(position.advance(id)).toBe(true)
    expect(position.lastEventId).toBe("b")
    leave(position)
    expect([position.advance("a"), position.advance("b"), position.advance("c")]).toEqual([false, false, true])
    expect(position.lastEventId).toBe("c")
  })

  it.each([
    ["is longer than a header may be", "x".repeat(4097)],
    ["no header can carry", "日本"],
    ["holds a control character", "a\u0007"],
    ["is empty", ""]
  ])("is none after an event whose id %s, until there is another (HTTP-42)", (_, id) => {
    const position = new Position()
    position.advance("a")
    expect(position.advance(id)).toBe(true)
    expect(position.lastEventId).toBe("")
    // it is no id that an event is known by
    leave(position)
    expect(position.advance(id)).toBe(true)
    expect(position.advance("b")).toBe(true)
    expect(position.lastEventId).toBe("b")
  })

  it("keeps ids, and nothing of the events that they came with", () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const used = () => {
      collect()
      return process.memoryUsage().heapUsed
    }
    const position = new Position()
    const parser = new EventParser({
      maxLength: 1_000_000,
      onEvent: ({ id }) => position.advance(id),
      onRetry: () => {},
      onTooLong: () => {}
    })
    const decoder = new TextDecoder()
    const before = used()
    for (let i = 0; i < 500; i++) {
      parser.push(decoder.decode(Buffer.from(`id: an id of some length ${i}\ndata: ${"x".repeat(100_000)}\n\n`)))
    }
    // of 50 MB
    expect(used() - before).toBeLessThan(10_000_000)
    expect(position.lastEventId).toBe("an id of some length 499")
  })
})
