/**
 * Scenarios of the connection itself: what was agreed on, and that the server is there.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Scenarios } from "../Scenario.ts"

/** The scenarios. */
export const sessions: Scenarios = {
  "agrees on the revision, and knows the server": {
    needs: "tools",
    run: ({ client, version }) =>
      Effect.sync(() => {
        expect(client.server).toMatchObject({
          protocolVersion: version,
          era: version < "2026-07-28" ? "session" : "stateless",
          info: { name: "interop", version: "1.2.3" },
          instructions: "Only for tests",
          capabilities: { tools: {} }
        })
      })
  },
  "is answered when it asks whether the server is there (PING-1)": {
    needs: "tools",
    run: ({ client }) => client.ping()
  }
}
