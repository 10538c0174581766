/**
 * Faults of Schemas that messages are read and written with.
 *
 * @since 0.1.0
 */
import * as CodecLaws from "@mcp-effect/testkit/CodecLaws"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import type { Fault } from "./Fault.ts"

const fault = <A, B>(
  name: string,
  caughtBy: string,
  faulty: CodecLaws.Codec<A>,
  sound: CodecLaws.Codec<B>,
  options?: CodecLaws.Options<A>
): Fault => ({ name, caughtBy, faulty: CodecLaws.of(faulty, options), sound: CodecLaws.of(sound) })

const Named = Schema.Struct({ name: Schema.String })

const Open = Schema.StructWithRest(Named, [Schema.Record(Schema.String, Schema.Unknown)])

// what the author thinks of
const plain = { arbitrary: Arbitrary.schema(Named) }

type Fields = { readonly [name: string]: unknown }

const Any = Schema.Record(Schema.String, Schema.Unknown)

/** Objects that are read by a function, and not looked at again. */
const read = (decode: (fields: Fields) => Fields) =>
  Any.pipe(Schema.decodeTo(Schema.Unknown, {
    decode: SchemaGetter.transform(decode),
    encode: SchemaGetter.transform((fields) => fields as Fields)
  }))

const merged = (fields: Fields): Fields => {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) copy[key] = value
  return copy
}

export const faults: ReadonlyArray<Fault> = [
  fault(
    "a Schema of what JSON does not have",
    "what is encoded is JSON, and loses nothing as a text",
    Schema.Struct({ at: Schema.Date }),
    Schema.Struct({ at: Schema.DateFromString })
  ),
  fault(
    "a Schema that reads less than it writes",
    "what was encoded decodes to what it was",
    Schema.Struct({
      size: Schema.Finite.pipe(Schema.decodeTo(Schema.Finite, {
        decode: SchemaGetter.transform(Math.abs),
        encode: SchemaGetter.transform((n) => n)
      }))
    }),
    Schema.Struct({ size: Schema.Finite })
  ),
  fault(
    "an open Schema that closes",
    "a member that nobody knows does no harm, and survives where the Schema is open",
    read(({ name }) => ({ name })),
    Open,
    plain
  ),
  fault(
    "a Schema that copies objects member by member",
    "what nearly fits is refused or understood, for good",
    read(merged),
    Open,
    plain
  ),
  fault(
    "a Schema that dies of what it does not expect",
    "what nearly fits is refused or understood, for good",
    Schema.Struct({
      name: Schema.Json.pipe(Schema.decodeTo(Schema.String, {
        decode: SchemaGetter.transform((json: Schema.Json) => (json as string).normalize()),
        encode: SchemaGetter.transform((text): Schema.Json => text)
      }))
    }),
    Named
  )
]
