/**
 * What the codecs of tools and of string arguments keep of the author's types.
 */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import * as StringCoded from "../src/schema/StringCoded.ts"
import * as ToolSchema from "../src/schema/ToolSchema.ts"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <const _Equal extends true>(): void => undefined

const schema = Schema.Struct({ a: Schema.Number, b: Schema.optionalKey(Schema.Date) })
const tool = ToolSchema.codec(schema)
const text = StringCoded.codec(schema)

// codecs keep the author's type and know what is on the wire
same<Equals<(typeof tool)["Type"], (typeof schema)["Type"]>>()
same<Equals<(typeof tool)["Encoded"], Schema.Json>>()
same<Equals<(typeof text)["Type"], (typeof schema)["Type"]>>()
same<Equals<(typeof text)["Encoded"], Schema.StringTree>>()

// and the services that the author's transformations need
class Clock extends Context.Service<Clock, { readonly now: number }>()("Clock") {}
declare const serviced: Schema.Codec<string, string, Clock, never>
const needing = ToolSchema.codec(Schema.Struct({ serviced }))
same<Equals<(typeof needing)["DecodingServices"], Clock>>()
same<Equals<(typeof needing)["EncodingServices"], never>>()

// an input schema is an object's, an output schema anything's
same<Equals<ReturnType<typeof ToolSchema.toInputSchema>["type"], "object">>()
same<Equals<ReturnType<typeof ToolSchema.toOutputSchema>["type"], unknown>>()
