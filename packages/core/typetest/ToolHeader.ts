/**
 * What may be mirrored in a header, and that a Schema stays what it is when it is.
 */
import * as Tool from "@mcp-effect/core/Tool"
import * as Schema from "effect/Schema"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

const Route = Tool.make("route", {
  input: {
    region: Schema.Literals(["eu", "us"]).pipe(Tool.header("Region")),
    priority: Schema.optionalKey(Schema.Int).pipe(Tool.header("Priority")),
    dry: Schema.optional(Schema.Boolean).pipe(Tool.header("Dry")),
    since: Schema.DateFromString.pipe(Tool.header("Since"))
  }
})

// the handler is given what it would be given without headers
assert<
  Equals<Tool.Input<typeof Route>, {
    readonly region: "eu" | "us"
    readonly priority?: number
    readonly dry?: boolean | undefined
    readonly since: Date
  }>
>()

// what no header can say is not mirrored
// @ts-expect-error a list
Schema.Array(Schema.String).pipe(Tool.header("List"))
// @ts-expect-error a struct
Schema.Struct({ a: Schema.String }).pipe(Tool.header("Struct"))
// @ts-expect-error a null
Schema.NullOr(Schema.String).pipe(Tool.header("Null"))
// @ts-expect-error anything
Schema.Unknown.pipe(Tool.header("Unknown"))
