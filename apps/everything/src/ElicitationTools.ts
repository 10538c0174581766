/**
 * Tools that ask the user: with forms of every kind of field, and by sending the user to a URL.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Journal from "@mcp-effect/core/Journal"
import * as ElicitationSchema from "@mcp-effect/core/schema/ElicitationSchema"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const Elicit = Tool.make("test_elicitation", {
  description: "Asks the user for a name and an email address",
  input: { message: Schema.String }
})

const Defaults = Tool.make("test_elicitation_sep1034_defaults", {
  description: "Asks the user with a default for each kind of field"
})

const Enums = Tool.make("test_elicitation_sep1330_enums", {
  description: "Asks the user with each kind of choice that the protocol has, the legacy one too"
})

const Choices = Tool.make("elicit_choices", { description: "Asks the user for choices that have titles" })

const Url = Tool.make("elicit_url", { description: "Sends the user to a page" })

const describe = (prefix: string) => (answer: Elicitation.Answer<unknown>): string =>
  `${prefix} action=${answer.action}, content=${JSON.stringify(answer.action === "accept" ? answer.content ?? {} : {})}`

const enums = ["option1", "option2", "option3"]

const titled = (noun: string) => [
  { const: "value1", title: `First ${noun}` },
  { const: "value2", title: `Second ${noun}` },
  { const: "value3", title: `Third ${noun}` }
]

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(Elicit, ({ message }) =>
    Effect.map(
      Elicitation.form({
        message,
        fields: {
          username: Schema.String.annotate({ description: "User's response" }),
          email: Schema.String.annotate({ description: "User's email address" })
        }
      }),
      describe("User response:")
    )),
  Server.tool(Defaults, () =>
    Effect.map(
      Elicitation.form({
        message: "Please review these values",
        fields: {
          name: Schema.String.annotate({ description: "User name", default: "John Doe" }),
          age: Schema.Int.annotate({ description: "User age", default: 30 }),
          score: Schema.Finite.annotate({ description: "User score", default: 95.5 }),
          status: Schema.Literals(["active", "inactive", "pending"]).annotate({
            description: "User status",
            default: "active"
          }),
          verified: Schema.Boolean.annotate({ description: "Verification status", default: true })
        }
      }),
      describe("Elicitation completed:")
    )),
  // The legacy choice has no Schema of its own, since nothing new should ask with it.
  Server.tool(Enums, () =>
    Effect.map(
      Elicitation.rawForm({
        message: "Please choose",
        requestedSchema: {
          type: "object",
          properties: {
            untitledSingle: { type: "string", enum: enums },
            titledSingle: { type: "string", oneOf: titled("Option") },
            legacyEnum: {
              type: "string",
              enum: ["opt1", "opt2", "opt3"],
              enumNames: ["Option One", "Option Two", "Option Three"]
            },
            untitledMulti: { type: "array", items: { type: "string", enum: enums } },
            titledMulti: { type: "array", items: { anyOf: titled("Choice") } }
          }
        }
      }),
      describe("Elicitation completed:")
    )),
  Server.tool(Choices, () =>
    Effect.map(
      Elicitation.form({
        message: "What would you like?",
        fields: {
          meal: ElicitationSchema.choice({ veg: "Vegetarian", fish: "Fish of the day" }),
          extras: Schema.optionalKey(Schema.Array(ElicitationSchema.choice({ wine: "A glass of wine", cake: "Cake" })))
        }
      }),
      (answer) =>
        answer.action === "accept"
          ? `${answer.content.meal} with ${answer.content.extras?.join(" and ") ?? "nothing"}`
          : answer.action
    )),
  Server.tool(Url, () =>
    Effect.gen(function*() {
      const random = yield* SecureRandom.SecureRandom
      // once: without a session this runs again when the user has answered, and has to ask the same
      const id = yield* Journal.once("id", { success: Schema.String }, random.uuidV4())
      const { action } = yield* Elicitation.url({
        message: "Please sign in",
        url: `https://example.com/sign-in/${id}`,
        id
      })
      // whoever serves that page would say so once the user is done there
      if (action === "accept") yield* Elicitation.complete(id)
      return `The user's answer: ${action}`
    }))
).pipe(Layer.provide(SecureRandom.layerWebCrypto))
