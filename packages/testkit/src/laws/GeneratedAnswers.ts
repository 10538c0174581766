/**
 * `GeneratedAnswers` fit whatever a server asks: forms are filled in, models say something, users now and then say no.
 *
 * They are the same for the same questions, over any wire and in whatever order the questions come.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import type { Answer, RawContent } from "@mcp-effect/core/Elicitation"
import type { PrimitiveSchemaDefinition } from "@mcp-effect/core/protocol/ElicitationSchema"
import type { Root } from "@mcp-effect/core/protocol/Root"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/**
 * What is answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Other answers for another seed. */
  readonly seed?: string | number
  /** The directories of the client; without them it has none to tell of. */
  readonly roots?: ReadonlyArray<Root>
}

/**
 * Answers every question.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ({ roots, seed = 0 }: Options = {}): Layer.Layer<never, never, Client.Registry> =>
  Layer.unwrap(Effect.sync(() => {
    const asked = new Map<string, number>()
    // the same question again may be answered otherwise
    const seedOf = (question: string): string => {
      const count = asked.get(question) ?? 0
      asked.set(question, count + 1)
      return JSON.stringify([seed, question, count])
    }
    return Layer.mergeAll(
      Client.elicitation({
        form: (form) =>
          Effect.suspend(() => {
            const seed = seedOf(`form ${form.message}`)
            return Effect.flatMap(sample(action, seed), (action) =>
              action === "accept" ? fill(form, seed) : refuse(action))
          }),
        url: ({ message }) =>
          Effect.suspend(() =>
            Effect.map(
              sample(action, seedOf(`url ${message}`)),
              (action): Answer<undefined> => action === "accept" ? { action, content: undefined } : { action }
            )
          )
      }),
      Client.sampling((params) =>
        Effect.suspend(() =>
          Effect.map(sample(word, seedOf(`message ${JSON.stringify(params.messages)}`)), (text) => ({
            role: "assistant" as const,
            content: { type: "text" as const, text },
            model: "generated",
            stopReason: "endTurn"
          }))
        )
      ),
      roots === undefined ? Layer.empty : Client.roots(roots)
    )
  }))

const refuse = (action: "decline" | "cancel") => Effect.succeed({ action })

const sample = <A>(arbitrary: Arbitrary.Arbitrary<A>, seed: string): Effect.Effect<A, ProtocolError.ProtocolError> =>
  Effect.matchEffect(Arbitrary.sampleEffect(arbitrary, { count: 1, seed }), {
    onSuccess: ([value]) => Effect.succeed(value!),
    onFailure: () => Effect.fail(ProtocolError.internalError("Nothing that fits could be made up"))
  })

// Fields are made up one by one: another field beside it changes nothing about a field.
const fill = (form: Client.Form, seed: string): Effect.Effect<Answer<RawContent>, ProtocolError.ProtocolError> =>
  Effect.map(
    Effect.forEach(Object.entries(form.requestedSchema.properties), ([field, definition]) => {
      const fits = (value: RawContent[string]) =>
        form.violations({ [field]: value }).every((violation) => violation.field !== field)
      const isRequired = form.requestedSchema.required?.includes(field) === true
      return Effect.map(
        sample(Arbitrary.all([Arbitrary.filter(valueOf(definition), fits), isLeftOut]), `${seed}/${field}`),
        ([value, isLeftOut]) => isRequired || !isLeftOut ? [[field, value] as const] : []
      )
    }),
    (fields) => ({ action: "accept", content: Object.fromEntries(fields.flat()) })
  )

const oneOf = <const A extends string>(values: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.schema(Schema.Literals(values))

// mostly they agree
const action = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 7 }))),
  (n) => n === 0 ? "decline" : n === 1 ? "cancel" : "accept"
)

const isLeftOut = Arbitrary.schema(Schema.Boolean)

const word = Arbitrary.schema(Schema.String.check(Schema.isPattern(/^[a-z]{1,8}$/)))

type Definition<T extends PrimitiveSchemaDefinition["type"]> = Extract<PrimitiveSchemaDefinition, { readonly type: T }>

const valueOf = (definition: PrimitiveSchemaDefinition): Arbitrary.Arbitrary<RawContent[string]> => {
  switch (definition.type) {
    case "boolean":
      return Arbitrary.schema(Schema.Boolean)
    case "string":
      return textOf(definition)
    case "array": {
      const { items, maxItems, minItems } = definition
      return Arbitrary.array(
        oneOf("anyOf" in items ? items.anyOf.map((option) => option.const) : items.enum),
        { minLength: minItems, maxLength: maxItems }
      )
    }
    default:
      return numberOf(definition)
  }
}

const numberOf = ({ maximum, minimum, type }: Definition<"number" | "integer">): Arbitrary.Arbitrary<number> => {
  const least = minimum ?? (maximum === undefined ? -1000 : maximum - 1000)
  const between = Schema.isBetween({ minimum: least, maximum: maximum ?? least + 2000 })
  return Arbitrary.schema(type === "integer" ? Schema.Int.check(between) : Schema.Finite.check(between))
}

const textOf = (definition: Definition<"string">): Arbitrary.Arbitrary<string> => {
  if ("oneOf" in definition && Array.isArray(definition.oneOf)) {
    // the choices of a form have texts, as its Schema says
    return oneOf((definition.oneOf as ReadonlyArray<{ readonly const: string }>).map((option) => option.const))
  }
  if ("enum" in definition && Array.isArray(definition.enum)) return oneOf(definition.enum as ReadonlyArray<string>)
  if ("format" in definition && definition.format !== undefined) return formats[definition.format as Format]
  const { maxLength, minLength = 0 } = definition as { readonly minLength?: number; readonly maxLength?: number }
  return Arbitrary.schema(
    Schema.String.check(
      Schema.isMinLength(minLength),
      Schema.isMaxLength(maxLength ?? minLength + 20),
      Schema.isPattern(/^[ -~]*$/)
    )
  )
}

type Format = "email" | "uri" | "date" | "date-time"

const moment = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000 }))),
  (seconds) => new Date(seconds * 1000).toISOString()
)

const formats: { readonly [format in Format]: Arbitrary.Arbitrary<string> } = {
  "email": Arbitrary.map(word, (name) => `${name}@example.com`),
  "uri": Arbitrary.map(word, (name) => `https://example.com/${name}`),
  "date": Arbitrary.map(moment, (text) => text.slice(0, 10)),
  "date-time": moment
}
