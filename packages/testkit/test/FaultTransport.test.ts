import { describe, expect, it } from "@effect/vitest"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import type { Transport } from "@mcp-effect/core/Transport"
import * as FaultTransport from "@mcp-effect/testkit/FaultTransport"
import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

type Kind = FaultTransport.Kind

const message = (n: number) => ({ jsonrpc: "2.0" as const, method: "n", params: { n } })

/** What arrives of messages 0 to 4, which are sent 100 ms apart, as `message@time`; and how the sending of each ended. */
const passed = (on: "sent" | "received", faults: ReadonlyArray<readonly [nth: number, kind: Kind, millis: number]>) =>
  VirtualTime.run(Effect.scoped(Effect.gen(function*() {
    const [near, far] = yield* MemoryTransport.make()
    const told: Array<string> = []
    const faulty = yield* FaultTransport.make(Effect.succeed(near), {
      faults: faults.map(([nth, kind, millis]) => ({ on, nth, kind, millis })),
      onFault: ({ kind, nth }) => told.push(`${kind} ${nth}`)
    })
    const arrived: Array<string> = []
    const [from, to]: ReadonlyArray<Transport["Service"]> = on === "sent" ? [faulty, far] : [far, faulty]
    const clock = yield* Clock.Clock
    const running = yield* Effect.forkChild(
      to!.run((json) =>
        void arrived.push(`${(json as ReturnType<typeof message>).params.n}@${clock.currentTimeMillisUnsafe()}`)
      ),
      { startImmediately: true }
    )
    const sent: Array<string> = []
    for (let n = 0; n < 5; n++) {
      sent.push((yield* Effect.exit(from!.send(message(n))))._tag)
      yield* Effect.sleep(100)
    }
    yield* Effect.sleep(10_000)
    return { arrived, sent, told, hasEnded: running.pollUnsafe() !== undefined }
  })))

describe.each(["sent", "received"] as const)("FaultTransport, on what is %s", (on) => {
  it.live("nothing happens to messages that no fault is for", () =>
    Effect.gen(function*() {
      const { arrived, hasEnded, told } = yield* passed(on, [[7, "cut", 0]])
      expect(arrived).toEqual(["0@0", "1@100", "2@200", "3@300", "4@400"])
      expect(told).toEqual([])
      expect(hasEnded).toBe(false)
    }))

  it.live("a message that is delayed is overtaken", () =>
    Effect.gen(function*() {
      const { arrived, told } = yield* passed(on, [[1, "delay", 250]])
      expect(arrived).toEqual(["0@0", "2@200", "3@300", "1@350", "4@400"])
      expect(told).toEqual(["delay 1"])
    }))

  it.live("behind one that is stalled the others wait, in order", () =>
    Effect.gen(function*() {
      const { arrived } = yield* passed(on, [[1, "stall", 250]])
      expect(arrived).toEqual(["0@0", "1@350", "2@350", "3@350", "4@400"])
    }))

  it.live("one that is dropped is lost, one that is duplicated comes again", () =>
    Effect.gen(function*() {
      const { arrived } = yield* passed(on, [[1, "drop", 0], [2, "duplicate", 150]])
      expect(arrived).toEqual(["0@0", "2@200", "3@300", "2@350", "4@400"])
    }))

  it.live("after a silence nothing comes, and nobody is told", () =>
    Effect.gen(function*() {
      const { arrived, hasEnded, sent } = yield* passed(on, [[2, "silence", 0]])
      expect(arrived).toEqual(["0@0", "1@100"])
      expect(sent).toEqual(["Success", "Success", "Success", "Success", "Success"])
      expect(hasEnded).toBe(false)
    }))
})

describe("FaultTransport", () => {
  it.live("a cut ends the connection for both sides", () =>
    VirtualTime.run(Effect.scoped(Effect.gen(function*() {
      let far!: Transport["Service"]
      // the ends are those of the scope that the fault closes
      const near = yield* FaultTransport.make(
        Effect.map(MemoryTransport.make(), (ends) => {
          far = ends[1]
          return ends[0]
        }),
        { faults: [{ on: "sent", nth: 1, kind: "cut", millis: 0 }] }
      )
      const ends = yield* Effect.forEach([near, far], (end) =>
        Effect.forkChild(end.run(() => {}), { startImmediately: true }))
      yield* near.send(message(0))
      expect((yield* Effect.flip(near.send(message(1)))).reason._tag).toBe("Closed")
      yield* Effect.sleep(1)
      expect(ends.map((fiber) =>
        fiber.pollUnsafe()?._tag
      )).toEqual(["Success", "Success"])
      expect((yield* Effect.flip(far.send(message(2)))).reason._tag).toBe("Closed")
      expect((yield* Effect.flip(near.send(message(3)))).reason._tag).toBe("Closed")
    }))))

  it.live("what is under way arrives before the end of the connection", () =>
    VirtualTime.run(Effect.scoped(Effect.gen(function*() {
      const arrived: Array<unknown> = []
      const faulty = yield* FaultTransport.make(
        Effect.succeed<Transport["Service"]>({
          send: () => Effect.void,
          isCongested: () => false,
          run: (receive) => Effect.sync(() => receive("late"))
        }),
        { faults: [{ on: "received", nth: 0, kind: "stall", millis: 500 }] }
      )
      yield* faulty.run((json) => arrived.push(json))
      expect(arrived).toEqual(["late"])
      expect(yield* Clock.currentTimeMillis).toBe(500)
    }))))

  it("a plan is the same for the same seed, and has about as many faults as the rates say", () => {
    const plan = FaultTransport.plan("a", { messages: 10_000 })
    expect(FaultTransport.plan("a", { messages: 10_000 })).toEqual(plan)
    expect(FaultTransport.plan("b", { messages: 10_000 })).not.toEqual(plan)
    const count = (kind: Kind) => plan.filter((fault) => fault.kind === kind).length / 200
    for (const kind of FaultTransport.Kind.literals) {
      expect(Math.abs(count(kind) - FaultTransport.defaultRates[kind])).toBeLessThan(0.6)
    }
    expect(FaultTransport.plan("a", { rates: { drop: 100, delay: 0, stall: 0, duplicate: 0 }, messages: 3 }))
      .toMatchObject(["sent", "sent", "sent", "received", "received", "received"].map((on) => ({ on, kind: "drop" })))
  })
})
