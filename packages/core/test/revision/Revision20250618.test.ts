import { describe, expect, it } from "@effect/vitest"
import type { PrimitiveSchemaDefinition } from "../../src/protocol/ElicitationSchema.ts"
import type { SamplingMessage } from "../../src/protocol/Sampling.ts"
import { clientNotification, clientRequest, serverRequest } from "../../src/revision/Revision.ts"
import { revision } from "../../src/revision/Revision20250618.ts"

const initialize = clientRequest(revision, "initialize")
const sample = serverRequest(revision, "sampling/createMessage")
const elicit = serverRequest(revision, "elicitation/create")

const capabilities = (capabilities: object) => {
  const clientInfo = { name: "c", version: "1" }
  const wire = initialize?.params.encode({ protocolVersion: revision.version, capabilities, clientInfo })
  return wire !== undefined && "capabilities" in wire ? wire.capabilities : undefined
}

const field = (definition: PrimitiveSchemaDefinition) => {
  const form = { message: "", requestedSchema: { type: "object" as const, properties: { field: definition } } }
  const wire = elicit?.params.encode(form)
  expect(wire).toMatchObject({ message: "", requestedSchema: { type: "object" } })
  return JSON.parse(JSON.stringify(wire)).requestedSchema.properties.field
}

describe("2025-06-18", () => {
  it("elicits by form only, without naming a mode (ELIC-3)", () => {
    const requestedSchema = { type: "object" as const, properties: {} }
    const form = { mode: "form" as const, message: "who?", requestedSchema, task: {} }
    expect(elicit?.params.encode(form)).toEqual({ message: "who?", requestedSchema })
    expect(() => elicit?.params.encode({ mode: "url", message: "go", url: "a:b", elicitationId: "1" })).toThrow(
      "requestedSchema"
    )
  })

  it("says choices by enum and enumNames (ELIC-11)", () => {
    const choices = [{ const: "r", title: "Red" }, { const: "g", title: "Green" }]
    const titled = { type: "string", title: "Colour", enum: ["r", "g"], enumNames: ["Red", "Green"] }
    expect(field({ type: "string", title: "Colour", oneOf: choices, default: "r" })).toEqual(titled)
    expect(field({ type: "array", title: "Colour", items: { anyOf: choices }, minItems: 1, default: ["r"] })).toEqual(
      titled
    )
    expect(field({ type: "string", enum: ["r"], default: "r" })).toEqual({ type: "string", enum: ["r"] })
    expect(field({ type: "array", items: { type: "string", enum: ["r"] }, maxItems: 1 })).toEqual({
      type: "string",
      enum: ["r"]
    })
  })

  it("has defaults for booleans only (ELIC-10)", () => {
    expect(field({ type: "boolean", default: true })).toEqual({ type: "boolean", default: true })
    expect(field({ type: "string", default: "a", maxLength: 3 })).toEqual({ type: "string", maxLength: 3 })
    expect(field({ type: "integer", default: 1 })).toEqual({ type: "integer" })
  })

  it("sends messages of one block: several blocks become as many messages, tools become text (SAMP-4)", () => {
    const messages: ReadonlyArray<SamplingMessage> = [
      {
        role: "user",
        content: [{ type: "text", text: "look" }, { type: "image", data: "", mimeType: "image/png" }],
        _meta: {}
      },
      { role: "assistant", content: { type: "tool_use", id: "1", name: "add", input: { a: 1 } } },
      { role: "user", content: [{ type: "tool_result", toolUseId: "1", content: [{ type: "text", text: "2" }] }] }
    ]
    expect(sample?.params.encode({ messages, maxTokens: 1, tools: [], toolChoice: { mode: "auto" } })).toEqual({
      messages: [
        { role: "user", content: { type: "text", text: "look" } },
        { role: "user", content: { type: "image", data: "", mimeType: "image/png" } },
        { role: "assistant", content: { type: "text", text: "{\"tool\":\"add\",\"input\":{\"a\":1}}" } },
        { role: "user", content: { type: "text", text: "2" } }
      ],
      maxTokens: 1
    })
  })

  it("answers with one block", () => {
    const answer = (content: SamplingMessage["content"]) =>
      sample?.result.encode({ role: "assistant", model: "m", content })
    const image = { type: "image" as const, data: "", mimeType: "image/png" }
    expect(answer([{ type: "text", text: "a" }, image, { type: "text", text: "b" }])).toMatchObject({
      content: { type: "text", text: "a\nb" }
    })
    expect(answer([image])).toMatchObject({ content: image })
    expect(answer([])).toMatchObject({ content: { type: "text", text: "" } })
  })

  it("offers no capability that came later (CAP-10 to CAP-12), but extensions (CAP-17)", () => {
    expect(
      capabilities({ tasks: {}, sampling: { tools: {}, context: {} }, extensions: { "a/b": {} }, experimental: {} })
    )
      .toEqual({ sampling: {}, extensions: { "a/b": {} }, experimental: {} })
    expect(capabilities({ elicitation: { form: {}, url: {} } })).toEqual({ elicitation: {} })
    expect(capabilities({ elicitation: {} })).toEqual({ elicitation: {} })
    expect(capabilities({ elicitation: { url: {} } })).toEqual({})
  })

  it("does not ask for tasks", () => {
    expect(clientRequest(revision, "tools/call")?.params.encode({ name: "a", task: {} })).toEqual({ name: "a" })
  })

  it("names the request that it cancels (CANC-5)", () => {
    const cancelled = clientNotification(revision, "notifications/cancelled")
    expect(() => cancelled?.params.encode({})).toThrow("requestId")
    expect(cancelled?.params.decode({})).toMatchObject({ _tag: "Failure" })
    expect(cancelled?.params.encode({ requestId: 1 })).toEqual({ requestId: 1 })
  })
})
