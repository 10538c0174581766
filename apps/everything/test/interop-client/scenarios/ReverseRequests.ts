/**
 * Scenarios of what a server asks: by requests of its own over a session, in rounds without one. The answers are those of `Row`.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Scenarios } from "../Scenario.ts"

/** The scenarios. */
export const reverseRequests: Scenarios = {
  "continues a conversation for the server (SAMP-6)": {
    needs: "sample",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("sample", { prompt: "Where is Oslo?" })
      expect(content).toMatchObject([{ text: "parrot: You said: Where is Oslo?" }])
    })
  },
  "asks the user for the server, and fills in what is proposed (ELIC-13)": {
    needs: "ask",
    since: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      const { content: [said] } = yield* client.callTool("ask")
      const [, action, answer = ""] = /^(\w+) (.*)$/.exec(said?.type === "text" ? said.text : "") ?? []
      expect(action).toBe("accept")
      expect(JSON.parse(answer)).toEqual({ colour: "green", times: 3 })
    })
  },
  "tells the server its roots (ROOT-1)": {
    needs: "roots",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("roots")
      expect(content).toMatchObject([{ text: "file:///here file:///there" }])
    })
  },
  "answers several questions at once, each to whom it belongs": {
    needs: "sample",
    run: Effect.fnUntraced(function*({ client }) {
      const prompts = Array.from({ length: 8 }, (_, index) => `question ${index}`)
      const results = yield* Effect.forEach(prompts, (prompt) => client.callTool("sample", { prompt }), {
        concurrency: "unbounded"
      })
      expect(results.map(({ content }) => content)).toMatchObject(
        prompts.map((prompt) => [{ text: `parrot: You said: ${prompt}` }])
      )
    })
  }
}
