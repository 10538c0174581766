/**
 * Which Schemas can be fields of a form, and what the answer is.
 */
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ElicitationSchema from "../src/schema/ElicitationSchema.ts"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <const _Equal extends true>(): void => undefined

const form = ElicitationSchema.make({
  name: Schema.String,
  age: Schema.Int,
  ratio: Schema.optionalKey(Schema.Finite),
  vip: Schema.optional(Schema.Boolean),
  size: Schema.Literals(["s", "m"]),
  colour: Schema.Enum({ Red: "#f00" }),
  meal: ElicitationSchema.choice({ veg: "Vegetarian", fish: "Fish" }),
  extras: Schema.Array(Schema.Literals(["wine"])),
  day: Schema.Date,
  at: Schema.DateTimeUtc
})

// the answer has the types of the fields
type Answer = (typeof form)["codec"]["Type"]
same<Equals<Answer["name"], string>>()
same<Equals<Answer["age"], number>>()
same<Equals<Answer["ratio"], number | undefined>>()
same<Equals<Answer["vip"], boolean | undefined>>()
same<Equals<Answer["size"], "s" | "m">>()
same<Equals<Answer["colour"], "#f00">>()
same<Equals<Answer["meal"], "veg" | "fish">>()
same<Equals<Answer["extras"], ReadonlyArray<"wine">>>()
same<Equals<Answer["day"], Date>>()
same<Equals<Answer["at"], DateTime.Utc>>()
// @ts-expect-error an optional field may be absent
export const required: string = form.codec.Type.ratio

// @ts-expect-error Type 'Struct<{ readonly street: String }>' is not assignable to type 'Field'
ElicitationSchema.make({ name: Schema.String, address: Schema.Struct({ street: Schema.String }) })
// @ts-expect-error Type 'Record<String, String>' is not assignable to type 'Field'
ElicitationSchema.make({ tags: Schema.Record(Schema.String, Schema.String) })
// @ts-expect-error Type '$Array<Finite>' is not assignable to type 'Field'
ElicitationSchema.make({ numbers: Schema.Array(Schema.Finite) })
// @ts-expect-error Type '$Array<Struct<...>>' is not assignable to type 'Field'
ElicitationSchema.make({ people: Schema.Array(Schema.Struct({ name: Schema.String })) })
// @ts-expect-error Type 'NullOr<String>' is not assignable to type 'Field'
ElicitationSchema.make({ name: Schema.NullOr(Schema.String) })
// @ts-expect-error Type 'Unknown' is not assignable to type 'Field'
ElicitationSchema.make({ anything: Schema.Unknown })

// @ts-expect-error a field that needs a service to be read cannot be read where the answer arrives
ElicitationSchema.make({ name: Schema.String as unknown as Schema.Codec<string, string, Effect.Effect<never>> })

// @ts-expect-error the titles of a choice are texts
ElicitationSchema.choice({ a: 1 })
