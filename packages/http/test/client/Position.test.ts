import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
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
})
