import { expect } from "@effect/vitest"
import type { Answer } from "../support/Driver.ts"
import type { Scenarios } from "../support/Scenario.ts"

const text = (text: string) => ({ content: [{ type: "text", text }] })

/** What the server asks the client for: its model, its user, its roots. */
export const reverseRequests: Scenarios = {
  "a tool asks the client's model (SAMP-2, SAMP-3)": async ({ client }) => {
    const asked: Array<unknown> = []
    client.answer("sampling/createMessage", (params) => {
      asked.push(params)
      return { role: "assistant", model: "parrot", content: { type: "text", text: "Polly" } }
    })
    expect(await client.call("test_sampling", { prompt: "Who is a pretty bird?" })).toEqual(text("LLM response: Polly"))
    expect(asked).toMatchObject([{
      maxTokens: 100,
      messages: [{ role: "user", content: { type: "text", text: "Who is a pretty bird?" } }]
    }])
  },

  "the client's model uses a tool of the server's, and gets its result (SAMP-19)": async ({ client }) => {
    const asked: Array<{ readonly messages: ReadonlyArray<unknown> }> = []
    client.answer("sampling/createMessage", (params) => {
      asked.push(params as (typeof asked)[number])
      return asked.length === 1
        ? {
          role: "assistant",
          model: "gambler",
          stopReason: "toolUse",
          content: [{ type: "tool_use", id: "use-1", name: "roll_dice", input: {} }]
        }
        : {
          role: "assistant",
          model: "gambler",
          stopReason: "endTurn",
          content: { type: "text", text: "You rolled 4" }
        }
    })
    expect(await client.call("sample_with_tools", { question: "What did I roll?" })).toEqual(text("You rolled 4"))
    expect(asked).toHaveLength(2)
    expect(asked[0]).toMatchObject({ tools: [{ name: "roll_dice" }] })
    expect(asked[1]?.messages.slice(1)).toMatchObject([
      { role: "assistant", content: [{ type: "tool_use", id: "use-1" }] },
      { role: "user", content: [{ type: "tool_result", toolUseId: "use-1" }] }
    ])
  },

  "a tool asks the user with a form (ELIC-8)": async ({ client }) => {
    const asked: Array<unknown> = []
    client.answer("elicitation/create", (params) => {
      asked.push(params)
      return { action: "accept", content: { username: "ada", email: "ada@example.com" } }
    })
    expect(await client.call("test_elicitation", { message: "Who are you?" })).toEqual(
      text("User response: action=accept, content={\"username\":\"ada\",\"email\":\"ada@example.com\"}")
    )
    expect(asked).toMatchObject([{
      message: "Who are you?",
      requestedSchema: {
        type: "object",
        properties: {
          username: { type: "string", description: "User's response" },
          email: { type: "string", description: "User's email address" }
        },
        required: ["username", "email"]
      }
    }])
  },

  "the user declines or goes away (ELIC-16)": async ({ client }) => {
    for (const action of ["decline", "cancel"]) {
      client.answer("elicitation/create", () => ({ action }))
      expect(await client.call("test_elicitation", { message: "?" })).toEqual(
        text(`User response: action=${action}, content={}`)
      )
    }
  },

  "a form has defaults of each kind (ELIC-10)": async ({ client }) => {
    const asked: Array<unknown> = []
    client.answer("elicitation/create", (params) => {
      asked.push(params)
      return { action: "accept", content: { name: "Ada", age: 36, score: 1.5, status: "pending", verified: false } }
    })
    expect(await client.call("test_elicitation_sep1034_defaults")).toEqual(text(
      "Elicitation completed: action=accept, content={\"name\":\"Ada\",\"age\":36,\"score\":1.5,\"status\":\"pending\",\"verified\":false}"
    ))
    expect(asked).toMatchObject([{
      requestedSchema: {
        properties: {
          name: { type: "string", default: "John Doe" },
          age: { type: "integer", default: 30 },
          score: { type: "number", default: 95.5 },
          status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
          verified: { type: "boolean", default: true }
        }
      }
    }])
  },

  "a form has choices of each kind (ELIC-12)": async ({ client }) => {
    const content = {
      untitledSingle: "option1",
      titledSingle: "value2",
      legacyEnum: "opt3",
      untitledMulti: ["option1", "option3"],
      titledMulti: ["value1"]
    }
    client.answer("elicitation/create", () => ({ action: "accept", content }))
    expect(await client.call("test_elicitation_sep1330_enums")).toEqual(
      text(`Elicitation completed: action=accept, content=${JSON.stringify(content)}`)
    )
  },

  "choices with titles are made from Schemas, and answers are read by them": async ({ client }) => {
    const asked: Array<unknown> = []
    client.answer("elicitation/create", (params) => {
      asked.push(params)
      return { action: "accept", content: { meal: "fish", extras: ["wine", "cake"] } }
    })
    expect(await client.call("elicit_choices")).toEqual(text("fish with wine and cake"))
    expect(asked).toMatchObject([{
      requestedSchema: {
        properties: {
          meal: { type: "string", oneOf: [{ const: "veg", title: "Vegetarian" }, { const: "fish" }] },
          extras: { type: "array", items: { anyOf: [{ const: "wine", title: "A glass of wine" }, { const: "cake" }] } }
        },
        required: ["meal"]
      }
    }])
  },

  "a tool asks for the roots, and asks again once they have changed (ROOT-2, ROOT-4)": async ({ client }) => {
    let asked = 0
    client.answer("roots/list", () => {
      asked++
      return { roots: [{ uri: `file:///home/ada/${asked}`, name: "Home" }] }
    })
    expect(await client.call("list_roots")).toEqual(text("Home file:///home/ada/1"))
    await client.rootsChanged()
    expect(await client.call("list_roots")).toEqual(text("Home file:///home/ada/2"))
  },

  "what a handler asks for at the same time is asked at the same time": async ({ client }) => {
    await client.rootsChanged()
    let open = 3
    let letGo = () => {}
    const all = new Promise<void>((resolve) => (letGo = resolve))
    // nothing is answered before everything was asked
    const answer = async (result: Answer): Promise<Answer> => {
      if (--open === 0) letGo()
      await all
      return result
    }
    client.answer("elicitation/create", () => answer({ action: "accept", content: { name: "Ada" } }))
    client.answer(
      "sampling/createMessage",
      () => answer({ role: "assistant", model: "parrot", content: { type: "text", text: "Polly!" } })
    )
    client.answer("roots/list", () => answer({ roots: [{ uri: "file:///home/ada" }] }))
    expect(await client.call("test_input_required_result_multiple_inputs")).toEqual(
      text("Ada is told: Polly! The roots are file:///home/ada")
    )
    await client.rootsChanged()
  },

  "a handler asks again once it has an answer": async ({ client }) => {
    const asked: Array<unknown> = []
    client.answer("elicitation/create", (params) => {
      asked.push(params)
      return { action: "accept", content: asked.length === 1 ? { name: "Ada" } : { color: "blue" } }
    })
    expect(await client.call("test_input_required_result_multi_round")).toEqual(text("Ada likes blue"))
    expect(asked).toMatchObject([
      { message: "Step 1: What is your name?" },
      { message: "Step 2: What is your favorite color?" }
    ])
  },

  "a prompt asks the user": async ({ client }) => {
    client.answer("elicitation/create", () => ({ action: "accept", content: { context: "a rainy day" } }))
    expect(await client.prompt("test_input_required_result_prompt")).toMatchObject({
      messages: [{ role: "user", content: { type: "text", text: "Use this context: a rainy day" } }]
    })
  }
}
