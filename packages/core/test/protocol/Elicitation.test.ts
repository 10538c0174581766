import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { ElicitParams, ElicitResult } from "../../src/protocol/Elicitation.ts"
import { PrimitiveSchemaDefinition } from "../../src/protocol/ElicitationSchema.ts"

const isParams = Schema.is(ElicitParams)
const isResult = Schema.is(ElicitResult)
const isField = Schema.is(PrimitiveSchemaDefinition)

describe("Elicitation", () => {
  it("takes fractional answers, which the published JSON Schema wrongly excludes (ELIC-14)", () => {
    expect(isResult({ action: "accept", content: { height: 0.5 } })).toBe(true)
    expect(isResult({ action: "accept", content: { name: "a", old: false, tags: ["x"] } })).toBe(true)
    expect(isResult({ action: "accept", content: { name: null } })).toBe(false)
    expect(isResult({ action: "accept", content: { name: { first: "a" } } })).toBe(false)
    expect(isResult({ action: "accept", content: { height: Number.NaN } })).toBe(false)
    expect(isResult({ action: "decline" })).toBe(true)
    expect(isResult({ action: "maybe" })).toBe(false)
  })

  it("takes params without a mode for a form (ELIC-4, ELIC-5)", () => {
    const form = { message: "", requestedSchema: { type: "object", properties: {} } }
    expect(isParams(form)).toBe(true)
    expect(isParams({ ...form, mode: "form" })).toBe(true)
    expect(isParams({ ...form, mode: "telepathy" })).toBe(false)
    expect(isParams({ message: "" })).toBe(false)
  })

  it("wants a URL in URL mode (ELIC-22)", () => {
    expect(isParams({ mode: "url", message: "", url: "https://example.com", elicitationId: "1" })).toBe(true)
    expect(isParams({ mode: "url", message: "" })).toBe(false)
  })

  it("knows the fields a form may have (ELIC-8, ELIC-9, ELIC-12)", () => {
    const choices = [{ const: "a", title: "A" }]
    expect(isField({ type: "string", format: "email", minLength: 1, pattern: "^a" })).toBe(true)
    expect(isField({ type: "integer", minimum: 0, default: 1 })).toBe(true)
    expect(isField({ type: "boolean", default: true })).toBe(true)
    expect(isField({ type: "string", enum: ["a"], enumNames: ["A"] })).toBe(true)
    expect(isField({ type: "string", oneOf: choices })).toBe(true)
    expect(isField({ type: "array", items: { type: "string", enum: ["a"] }, minItems: 1 })).toBe(true)
    expect(isField({ type: "array", items: { anyOf: choices } })).toBe(true)
    expect(isField({ type: "object", properties: {} })).toBe(false)
    expect(isField({ type: "array", items: { type: "number" } })).toBe(false)
    expect(isField({ type: "string", format: "password" })).toBe(false)
  })
})
