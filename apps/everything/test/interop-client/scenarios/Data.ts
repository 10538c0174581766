/**
 * Scenarios of resources, prompts and completions.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Scenarios } from "../Scenario.ts"

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

/** The scenarios. */
export const data: Scenarios = {
  "lists resources, and reads one of text": {
    needs: "resources",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.resources
      expect(items.map(({ uri }) => uri)).toEqual(expect.arrayContaining(["test://greeting", "test://pixel"]))
      expect(yield* client.readResource("test://greeting")).toMatchObject({
        contents: [{ uri: "test://greeting", mimeType: "text/plain", text: "Hello" }]
      })
    })
  },
  "reads a resource of bytes": {
    needs: "resources",
    run: Effect.fnUntraced(function*({ client }) {
      expect(yield* client.readResource("test://pixel")).toMatchObject({
        contents: [{ uri: "test://pixel", mimeType: "image/png", blob: pixel }]
      })
    })
  },
  "lists resource templates, and reads a resource of one": {
    needs: "resources",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.resourceTemplates
      expect(items.map(({ uriTemplate }) => uriTemplate)).toEqual(["test://items/{id}"])
      expect(yield* client.readResource("test://items/pear")).toMatchObject({
        contents: [{ uri: "test://items/pear", text: "Item pear" }]
      })
    })
  },
  "learns that there is no such resource (BASE-36)": {
    needs: "resources",
    run: Effect.fnUntraced(function*({ client }) {
      const missing = yield* Effect.flip(client.readResource("test://nothing"))
      expect(missing.reason).toMatchObject({ _tag: "ErrorAnswer" })
      expect([-32002, -32602]).toContain(missing.reason._tag === "ErrorAnswer" ? missing.reason.code : undefined)
    })
  },
  "lists prompts, and fills one in": {
    needs: "prompts",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.prompts
      expect(items).toMatchObject([{
        name: "greet",
        arguments: expect.arrayContaining([expect.objectContaining({ name: "name", required: true })])
      }])
      expect(yield* client.getPrompt("greet", { name: "Ada", style: "pompous" })).toMatchObject({
        messages: [{ role: "user", content: { type: "text", text: "A pompous hello to Ada" } }]
      })
    })
  },
  "has an argument of a prompt completed (COMP-1)": {
    needs: "completions",
    run: Effect.fnUntraced(function*({ client }) {
      const { values } = yield* client.complete({
        ref: { type: "ref/prompt", name: "greet" },
        argument: { name: "style", value: "po" }
      })
      expect(values).toEqual(["pompous", "polite"])
    })
  },
  "has a variable of a template completed": {
    needs: "completions",
    run: Effect.fnUntraced(function*({ client }) {
      const { values } = yield* client.complete({
        ref: { type: "ref/resource", uri: "test://items/{id}" },
        argument: { name: "id", value: "ap" }
      })
      expect(values).toEqual(["apple", "apricot"])
    })
  }
}
