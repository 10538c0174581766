import { expect } from "@effect/vitest"
import type { Scenarios } from "../support/Scenario.ts"

const text = (text: string) => ({ content: [{ type: "text", text }] })

/** What there is only in a session: the server's requests, which the client answers with errors too, and its word that a URL is done with. */
export const sessionAlone: Scenarios = {
  "a refusal of the client is told to the model, and the session lives on": async ({ client }) => {
    client.answer("sampling/createMessage", () => {
      throw new Error("User rejected sampling request")
    })
    expect(await client.call("test_sampling", { prompt: "?" })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("User rejected sampling request") }]
    })
    expect(await client.isAlive()).toBe(true)
  },

  "the user is sent to a URL, and the client is told when it is done there (ELIC-22, ELIC-23, ELIC-25)": async (
    { client, notifications }
  ) => {
    const asked: Array<{ readonly url: string; readonly elicitationId: string }> = []
    client.answer("elicitation/create", (params) => {
      asked.push(params as (typeof asked)[number])
      return { action: "accept" }
    })
    expect(await client.call("elicit_url")).toEqual(text("The user's answer: accept"))
    expect(asked).toMatchObject([{ mode: "url", message: "Please sign in" }])
    expect(asked[0]?.url).toBe(`https://example.com/sign-in/${asked[0]?.elicitationId}`)
    expect(await notifications.take("notifications/elicitation/complete")).toEqual([
      { elicitationId: asked[0]?.elicitationId }
    ])
  }
}
