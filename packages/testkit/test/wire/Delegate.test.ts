import { describe, expect, it } from "@effect/vitest"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import type { Receive, Transport } from "@mcp-effect/core/Transport"
import * as FaultTransport from "@mcp-effect/testkit/FaultTransport"
import * as History from "@mcp-effect/testkit/History"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Effect from "effect/Effect"

type Service = Transport["Service"]

class Instance implements Service {
  readonly #inner: Service
  readonly closed: Array<unknown> = []

  constructor(inner: Service) {
    this.#inner = inner
  }

  send(...sent: Parameters<Service["send"]>) {
    return this.#inner.send(...sent)
  }

  isCongested() {
    return true
  }

  closeStream(id: string | number) {
    return Effect.sync(() => void this.closed.push(id))
  }

  run(receive: Receive) {
    return this.#inner.run(receive)
  }
}

describe("what stands around a transport", () => {
  it.effect("leaves the rest to it, be it an instance of a class", () =>
    Effect.gen(function*() {
      const [inner] = yield* MemoryTransport.make()
      const instance = new Instance(inner)
      const history = yield* History.make()
      const around = [
        Transcript.record(instance, () => {}),
        History.record(instance, { connection: "0.0", history, side: "client" }),
        yield* FaultTransport.make(Effect.succeed(instance), { faults: [] })
      ]
      for (const [id, transport] of around.entries()) {
        expect(transport.isCongested()).toBe(true)
        expect(transport.cancelled).toBeUndefined()
        yield* transport.closeStream!(id)
      }
      expect(instance.closed).toEqual([0, 1, 2])
    }))
})
