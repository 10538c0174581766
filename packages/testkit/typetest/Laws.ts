/**
 * What the types of laws accept and refuse: input is that of the declaration, and probes need what the server's layer gives.
 */
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import type { Server } from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class Db extends Context.Service<Db, { readonly rows: Effect.Effect<ReadonlyArray<string>> }>()("Db") {}

const Find = Tool.make("find", { input: { id: Schema.Int } })
const Greet = Prompt.make("greet", { arguments: { times: Schema.Int } })
const Status = Resource.make("db://status", { name: "status" })
const Row = ResourceTemplate.make("db://rows/{id}", { name: "row", variables: { id: Schema.Int } })

declare const server: Layer.Layer<Server, Error>
declare const withDb: Layer.Layer<Server | Db>
declare const needsDb: Layer.Layer<Server, never, Db>

// laws are a list, whatever the layer fails with
const laws = Laws.server(server)
assert<Equals<typeof laws, ReadonlyArray<Law.Law>>>()

// a layer that needs something cannot be built for each case
// @ts-expect-error
Laws.server(needsDb)

// a probe may need what the layer gives, and nothing else
Laws.server(withDb, { observe: Effect.flatMap(Db, ({ rows }) => rows) })
// @ts-expect-error
Laws.server(server, { observe: Effect.flatMap(Db, ({ rows }) => rows) })
// ... and it does not fail
// @ts-expect-error
Laws.server(server, { observe: Effect.fail("no rows") })

// input is that of the declaration
Laws.input(Find, Arbitrary.schema(Schema.Struct({ id: Schema.Int })))
Laws.input(Greet, Arbitrary.Constant({ times: 2 }))
Laws.input(Row, Arbitrary.Constant({ id: 3 }))
// @ts-expect-error
Laws.input(Find, Arbitrary.Constant({ id: "three" }))
// @ts-expect-error
Laws.input(Greet, Arbitrary.Constant({ times: "twice" }))
// @ts-expect-error
Laws.input(Row, Arbitrary.Constant({ key: 3 }))

assert<Equals<Laws.InputOf<typeof Find>, { readonly id: number }>>()
assert<Equals<Laws.InputOf<typeof Greet>, { readonly times: number }>>()
assert<Equals<Laws.InputOf<typeof Row>, { readonly id: number }>>()
// a resource is given nothing but its URI
// @ts-expect-error
Laws.input(Status, Arbitrary.Constant("db://status"))

// laws of one handler are tried with its own input
Laws.tool(withDb, Find, { input: Arbitrary.Constant({ id: 3 }), open: Effect.flatMap(Db, ({ rows }) => rows) })
Laws.prompt(server, Greet, { input: Arbitrary.Constant({ times: 2 }) })
Laws.resourceTemplate(server, Row, { input: Arbitrary.Constant({ id: 3 }) })
// @ts-expect-error
Laws.tool(server, Find, { input: Arbitrary.Constant({ id: "three" }) })
// @ts-expect-error
Laws.prompt(server, Find)
// @ts-expect-error
Laws.resourceTemplate(server, Row, { only: [Row] })

// a law is checked by an effect that needs nothing, and fails with what it found
const checked = Laws.check(laws, { seed: 1, runs: 10 })
assert<Equals<typeof checked, Effect.Effect<void, Law.Violation>>>()

// laws are all alike: of servers, of simulations, of stores
Vitest.laws("a server", [...laws, ...Simulation.laws({ server })], { seed: 1, timeout: 1000 })
// @ts-expect-error
Vitest.laws("a server", Laws.server(server), { seeds: 1 })
