import { describe, expect, it } from "@effect/vitest"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Effect from "effect/Effect"
import * as Codecs from "./Codecs.ts"
import * as Handlers from "./Handlers.ts"
import * as Http from "./Http.ts"
import * as Peer from "./Peer.ts"
import * as Schemas from "./Schemas.ts"
import * as Servers from "./Servers.ts"
import * as Stores from "./Stores.ts"
import * as Transcripts from "./Transcripts.ts"
import * as Transports from "./Transports.ts"

const faults = [
  ...Codecs.faults,
  ...Handlers.faults,
  ...Peer.faults,
  ...Http.faults,
  ...Schemas.faults,
  ...Servers.faults,
  ...Stores.faults,
  ...Transcripts.faults,
  ...Transports.faults
]

const seeds = 200

// it is not for the smallest counterexample that a fault is planted
const shrinks = 20

// one by one: what one of them spoils is not for the others to find
describe.each(faults)("$name", { concurrent: false, timeout: 120_000 }, ({ caughtBy, faulty, sound }) => {
  it.live(`is found by: ${caughtBy}`, () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(faulty, { seed: 1, runs: seeds, shrinks }))
      expect(violation.law).toBe(caughtBy)
      const again = yield* Effect.flip(Laws.check(faulty, { replay: violation.replay }))
      expect(again.counterexample).toEqual(violation.counterexample)
    }))

  it.live("is not found where it is not", () => Laws.check(sound, { seed: 1, runs: seeds }))
})
