/**
 * Schemas from descriptions, so that laws about Schemas can be tried on many of them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/** A class, which has a definition of its own in a JSON Schema. */
export class Person extends Schema.Class<Person>("Person")({ name: Schema.String }) {}

/** A description from which a Schema is built, so that Schemas themselves can be generated and shrunk. */
export type Recipe =
  | { readonly kind: "leaf"; readonly index: number }
  | { readonly kind: "list" | "nullable" | "record" | "pair"; readonly of: Recipe }
  | { readonly kind: "either"; readonly left: Recipe; readonly right: Recipe }
  | { readonly kind: "struct"; readonly required: Recipe; readonly optional: Recipe; readonly key: Recipe }

/** Recipes of so many levels at most. */
export const recipe = (depth: number): Schema.Codec<Recipe> => {
  const leaf = Schema.Struct({
    kind: Schema.Literal("leaf"),
    index: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 14 }))
  })
  if (depth === 0) return leaf
  const of = recipe(depth - 1)
  return Schema.Union([
    leaf,
    Schema.Struct({ kind: Schema.Literals(["list", "nullable", "record", "pair"]), of }),
    Schema.Struct({ kind: Schema.Literal("either"), left: of, right: of }),
    Schema.Struct({ kind: Schema.Literal("struct"), required: of, optional: of, key: of })
  ])
}

const leaves: ReadonlyArray<Schema.Codec<unknown, unknown>> = [
  Schema.String,
  Schema.Number,
  Schema.Finite,
  Schema.Int,
  Schema.Boolean,
  Schema.Null,
  Schema.Literals(["a", "b"]),
  Schema.Literal(7),
  Schema.Date,
  Schema.BigInt,
  Schema.FiniteFromString,
  Schema.NonEmptyString,
  Person,
  Schema.Enum({ On: "on", Off: "off" }),
  Schema.Number.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description: "at least 0", identifier: "Positive" })
]

/** The Schema of a recipe. */
export const build = (recipe: Recipe): Schema.Codec<unknown, unknown> => {
  switch (recipe.kind) {
    case "leaf":
      return leaves[recipe.index] ?? Schema.String
    case "list":
      return Schema.Array(build(recipe.of))
    case "nullable":
      return Schema.NullOr(build(recipe.of))
    case "record":
      return Schema.Record(Schema.String, build(recipe.of))
    case "pair":
      return Schema.Tuple([build(recipe.of), Schema.String])
    case "either":
      return Schema.Union([build(recipe.left), build(recipe.right)])
    case "struct":
      return Schema.Struct({
        required: build(recipe.required),
        optional: Schema.optional(build(recipe.optional)),
        key: Schema.optionalKey(build(recipe.key)).annotate({ description: "a key" })
      })
  }
}
