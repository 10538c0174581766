/**
 * Tools with structured output, with declared errors, and with a JSON Schema written by hand.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** There is no weather for a city that this server has not heard of. */
export class UnknownCity extends Schema.TaggedError<UnknownCity>()("UnknownCity", { city: Schema.String }) {
  override get message(): string {
    return `No weather is known for ${this.city}`
  }
}

const Weather = Tool.make("weather", {
  title: "Weather",
  description: "The weather in Oslo, Lima or Pune, which never changes",
  input: { city: Schema.NonEmptyString },
  output: { celsius: Schema.Finite, sky: Schema.Literals(["clear", "cloudy", "rain"]) },
  errors: [UnknownCity],
  annotations: { readOnly: true, idempotent: true, openWorld: false }
})

const weather: ReadonlyMap<string, (typeof Weather)["output"]["Type"]> = new Map([
  ["Oslo", { celsius: -3.5, sky: "clear" }],
  ["Lima", { celsius: 19, sky: "cloudy" }],
  ["Pune", { celsius: 31, sky: "rain" }]
])

const Person = {
  name: Schema.optionalKey(Schema.String),
  address: Schema.optionalKey(Schema.Struct({
    street: Schema.optionalKey(Schema.String),
    city: Schema.optionalKey(Schema.String)
  }))
}

// What the JSON Schema below says in its own words: nothing gets through that it does not describe.
const Contact = Schema.Union([
  Schema.Struct({
    ...Person,
    contactMethod: Schema.Literal("phone"),
    phone: Schema.String,
    email: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({
    ...Person,
    contactMethod: Schema.optionalKey(Schema.Literal("email")),
    phone: Schema.optionalKey(Schema.String),
    email: Schema.String
  })
])

const described: ReadonlySet<string> = new Set([...Object.keys(Person), "contactMethod", "phone", "email"])

const isDescribed = Schema.makeFilter((given: { readonly [name: string]: Schema.Json }) =>
  Object.keys(given).every((name) => described.has(name)) ? undefined : "Expected nothing else"
)

const OnlyContact = Schema.Record(Schema.String, Schema.Json).check(isDescribed).pipe(
  Schema.decodeTo(Contact, SchemaTransformation.passthroughSupertype())
)

const JsonSchema202012 = Tool.make("json_schema_2020_12_tool", {
  description: "Tool with JSON Schema 2020-12 features",
  input: OnlyContact,
  jsonSchema: {
    input: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: {
          $anchor: "addressDef",
          type: "object",
          properties: { street: { type: "string" }, city: { type: "string" } }
        }
      },
      properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" }
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false
    }
  }
})

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(Weather, ({ city }) => {
    const found = weather.get(city)
    return found === undefined ? Effect.fail(new UnknownCity({ city })) : Effect.succeed(found)
  }),
  Server.tool(JsonSchema202012, (input) => Effect.succeed(`Received ${JSON.stringify(input)}`))
)
