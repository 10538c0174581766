import { expect } from "@effect/vitest"
import { redPixel } from "../../src/Media.ts"
import type { Scenarios } from "../support/Scenario.ts"

const user = (content: object) => ({ role: "user", content })

/** Prompts and completion. */
export const prompts: Scenarios = {
  "prompts are listed with their arguments": async ({ client }) => {
    const { prompts } = await client.page("prompts/list")
    expect(prompts).toEqual(expect.arrayContaining([
      expect.objectContaining({
        name: "test_prompt_with_arguments",
        title: "Prompt with arguments",
        arguments: [
          { name: "arg1", description: "The first one", required: true },
          { name: "arg2", description: "The second one", required: true }
        ]
      })
    ]))
  },

  "a prompt without arguments": async ({ client }) => {
    expect(await client.prompt("test_simple_prompt")).toMatchObject({
      messages: [user({ type: "text", text: "This is a simple prompt for testing." })]
    })
  },

  "a prompt with arguments": async ({ client }) => {
    expect(await client.prompt("test_prompt_with_arguments", { arg1: "hello", arg2: "world" })).toMatchObject({
      messages: [user({ type: "text", text: "Prompt with arguments: arg1='hello', arg2='world'" })]
    })
  },

  "an argument that is no text in the handler travels as text": async ({ client }) => {
    expect(await client.prompt("plan_trip", { city: "Lima", days: "7" })).toMatchObject({
      description: "A trip to Lima",
      messages: [
        user({ type: "text", text: "I have 7 days in Lima." }),
        { role: "assistant", content: { type: "text" } }
      ]
    })
    await expect(client.prompt("plan_trip", { city: "Lima", days: "many" })).rejects.toMatchObject({ code: -32602 })
  },

  "a missing argument is an error (PROM-7)": async ({ client }) => {
    await expect(client.prompt("test_prompt_with_arguments", { arg1: "hello" })).rejects.toMatchObject({ code: -32602 })
  },

  "a prompt brings a resource along": async ({ client }) => {
    expect(await client.prompt("test_prompt_with_embedded_resource", { resourceUri: "test://mine" })).toMatchObject({
      messages: [
        user({
          type: "resource",
          resource: { uri: "test://mine", mimeType: "text/plain", text: "Embedded resource content for testing." }
        }),
        user({ type: "text", text: "Please process the embedded resource above." })
      ]
    })
  },

  "a prompt brings an image along": async ({ client }) => {
    expect(await client.prompt("test_prompt_with_image")).toMatchObject({
      messages: [
        user({ type: "image", data: redPixel, mimeType: "image/png" }),
        user({ type: "text", text: "Please analyze the image above." })
      ]
    })
  },

  "an argument of a prompt is completed (COMP-3)": async ({ client }) => {
    const ref = { type: "ref/prompt", name: "test_prompt_with_arguments" } as const
    expect(await client.complete({ ref, argument: { name: "arg1", value: "test" } })).toEqual({
      completion: { values: ["test", "test value", "testValue1"], total: 3 }
    })
    expect(await client.complete({ ref, argument: { name: "arg2", value: "x" } })).toMatchObject({
      completion: { values: [] }
    })
  },

  "completion knows the arguments that were given already (COMP-2)": async ({ client }) => {
    const ref = { type: "ref/prompt", name: "plan_trip" } as const
    const argument = { name: "days", value: "" }
    const values = async (city: string) => client.complete({ ref, argument, context: { arguments: { city } } })
    expect(await values("Oslo")).toMatchObject({ completion: { values: ["3", "4"] } })
    expect(await values("Lima")).toMatchObject({ completion: { values: ["5", "7"] } })
  },

  "a variable of a template is completed": async ({ client }) => {
    const ref = { type: "ref/resource", uri: "test://template/{id}/data" } as const
    expect(await client.complete({ ref, argument: { name: "id", value: "12" } })).toMatchObject({
      completion: { values: ["123", "124"] }
    })
  }
}
