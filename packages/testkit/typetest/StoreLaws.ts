/**
 * What the types of laws of stores, transports and codecs accept and refuse: what they are about is what applications provide.
 */
import type * as Ledger from "@mcp-effect/core/Ledger"
import type { Transport } from "@mcp-effect/core/Transport"
import type { EventStore } from "@mcp-effect/http/EventStore"
import * as CodecLaws from "@mcp-effect/testkit/CodecLaws"
import * as EventStoreLaws from "@mcp-effect/testkit/EventStoreLaws"
import type * as Law from "@mcp-effect/testkit/Law"
import * as LedgerLaws from "@mcp-effect/testkit/LedgerLaws"
import * as TransportLaws from "@mcp-effect/testkit/TransportLaws"
import * as Arbitrary from "effect/Arbitrary"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

const laws = (_: ReadonlyArray<Law.Law>): void => {}

declare const store: Effect.Effect<EventStore["Service"], never, Scope.Scope>
declare const ledger: Effect.Effect<Ledger.Ledger, never, Scope.Scope>
declare const ends: Effect.Effect<readonly [Transport["Service"], Transport["Service"]], never, Scope.Scope>

laws(EventStoreLaws.all(store))
laws(LedgerLaws.all(ledger))
laws(TransportLaws.all(ends))
laws(CodecLaws.of(Schema.Struct({ at: Schema.DateFromString })))

// one is not the other
// @ts-expect-error
EventStoreLaws.all(ledger)
// @ts-expect-error
LedgerLaws.all(store)

// the values of a codec are its own
CodecLaws.of(Schema.FiniteFromString, { arbitrary: Arbitrary.Constant(1) })
// @ts-expect-error
CodecLaws.of(Schema.FiniteFromString, { arbitrary: Arbitrary.Constant("1") })
