import { expect } from "@effect/vitest"
import type { Scenarios } from "../support/Scenario.ts"

const text = (text: string) => ({ content: [{ type: "text", text }] })

/** What is different without a session: the server asks in results, and remembers nothing. */
export const statelessAlone: Scenarios = {
  "the user is sent to a URL that is the same in every round, and has no id beside it (ELIC-22, ELIC-24, ELIC-31)":
    async (
      { client, notifications }
    ) => {
      const asked: Array<{ readonly url: string }> = []
      client.answer("elicitation/create", (params) => {
        asked.push(params as (typeof asked)[number])
        return { action: "accept" }
      })
      expect(await client.call("elicit_url")).toEqual(text("The user's answer: accept"))
      expect(asked).toEqual([{
        mode: "url",
        message: "Please sign in",
        url: expect.stringMatching(/^https:\/\/example\.com\/sign-in\/.+/)
      }])
      expect(notifications.of("notifications/elicitation/complete")).toEqual([])
    },

  "a call that the client gives up between two rounds costs nobody anything (MRTR-14)": async ({ client }) => {
    client.answer("elicitation/create", () => {
      throw new Error("The user has left")
    })
    await expect(client.call("test_input_required_result_multi_round")).rejects.toThrow("The user has left")
    expect(await client.isAlive()).toBe(true)
  },

  "an answer that does not fit the form is asked for again, until it does (MRTR-15)": async ({ client }) => {
    const answers = [{ name: 5 }, {}, { name: "Ada" }]
    client.answer("elicitation/create", () => ({ action: "accept", content: answers.shift() ?? {} }))
    expect(await client.call("test_input_required_result_elicitation")).toEqual(text("Hello, Ada!"))
    expect(answers).toEqual([])
  },

  "a state that the client brings back as it was is taken, once (MRTR-13)": async ({ client }) => {
    client.answer("elicitation/create", () => ({ action: "accept", content: { ok: true } }))
    for (const tool of ["request_state", "tampered_state"]) {
      expect(await client.call(`test_input_required_result_${tool}`)).toEqual(text("state-ok"))
    }
  },

  "a call without a level hears no log (LOG-7)": async ({ client, notifications }) => {
    await client.setLevel("debug")
    await client.call("test_tool_with_logging", {})
    expect(await notifications.take("notifications/message", 3)).toHaveLength(3)
    notifications.clear()
    await client.setLevel(undefined)
    await client.call("test_tool_with_logging", {})
    expect(notifications.of("notifications/message")).toEqual([])
  },

  "a subscription hears of what it named, and of nothing else (SUB-3, SUB-12)": async ({ client, notifications }) => {
    await client.subscribe("test://static-text")
    await client.call("update_watched_resource")
    await client.subscribe("test://watched-resource")
    await client.call("update_watched_resource")
    expect(await notifications.take("notifications/resources/updated")).toEqual([{ uri: "test://watched-resource" }])
    expect(notifications.of("notifications/resources/updated")).toHaveLength(1)
    await client.unsubscribe("test://static-text")
    await client.unsubscribe("test://watched-resource")
  }
}
