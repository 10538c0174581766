/**
 * What `Journal.once` accepts and refuses: all that an effect may end with has a Schema.
 */
import * as Journal from "@mcp-effect/core/Journal"
import type { RequestContext } from "@mcp-effect/core/RequestContext"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class Declined extends Schema.TaggedError<Declined>()("Declined", { reason: Schema.String }) {}
class Late extends Schema.TaggedError<Late>()("Late", {}) {}

declare const charge: Effect.Effect<{ readonly receipt: string }, Declined>

const Receipt = Schema.Struct({ receipt: Schema.String })

const charged = Journal.once("charge", { success: Receipt, error: Declined }, charge)
assert<Equals<typeof charged, Effect.Effect<{ readonly receipt: string }, Declined, RequestContext>>>()

const either = Journal.once("charge", { success: Receipt, error: Schema.Union([Declined, Late]) }, charge)
assert<Equals<Effect.Error<typeof either>, Declined | Late>>()

// @ts-expect-error it may fail, and nothing says how that is written down
Journal.once("charge", { success: Receipt }, charge)

// @ts-expect-error it may fail with something else
Journal.once("charge", { success: Receipt, error: Late }, charge)

// @ts-expect-error the receipt is a text
Journal.once("charge", { success: Schema.Struct({ receipt: Schema.Int }), error: Declined }, charge)
