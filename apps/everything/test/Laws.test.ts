import { assert, it } from "@effect/vitest"
import * as Conversations from "@mcp-effect/testkit/Conversations"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Mutation from "@mcp-effect/testkit/Mutation"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Everything from "../src/Everything.ts"
import { Wait } from "../src/ProgressTools.ts"

// clients do not wait for longer than a minute
const seconds = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 30 }))

const options = { inputs: [Laws.input(Wait, Arbitrary.schema(Schema.Struct({ seconds })))] }

Vitest.laws("everything", Laws.server(Everything.layer(), options), { seed: 1, runs: 5 })

Vitest.laws(
  "what is said to everything",
  [Conversations.law(Everything.layer(), options), Mutation.law(Everything.layer(), options)],
  { seed: 1, runs: 5 }
)

it.live("waiting for less than any clock counts is no waiting", () =>
  Effect.gen(function*() {
    const { client } = yield* Harness.make(Everything.layer())
    const { content } = yield* client.callTool("wait", { seconds: Number.MIN_VALUE })
    assert.deepStrictEqual(content, [{ type: "text", text: "Waited for 5e-324 seconds" }])
  }))

it.effect("a city that is called as something that every object has is one like any other", () =>
  Effect.gen(function*() {
    const { client } = yield* Harness.make(Everything.layer())
    const { completion } = yield* client.request("completion/complete", {
      ref: { type: "ref/prompt", name: "plan_trip" },
      argument: { name: "days", value: "" },
      context: { arguments: { city: "toString" } }
    })
    assert.deepStrictEqual(completion.values, [])
  }))

it.effect.each([
  {},
  { phone: "1" },
  { contactMethod: "phone", email: "a@b" },
  { contactMethod: "email", phone: "1" },
  { email: "a@b", fax: "1" }
])("what the schema written by hand does not describe is refused: %j", (input) =>
  Effect.gen(function*() {
    const { client } = yield* Harness.make(Everything.layer())
    assert.isTrue((yield* client.callTool("json_schema_2020_12_tool", input)).isError)
    const described = { contactMethod: "phone", phone: "1", email: "a@b", address: { city: "Oslo" } }
    assert.isUndefined((yield* client.callTool("json_schema_2020_12_tool", described)).isError)
  }))
