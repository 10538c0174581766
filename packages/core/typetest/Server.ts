/**
 * What the types of the public API accept and refuse: a tool's handler is held to its declaration, and what it needs is needed of the layer.
 */
import type * as Completion from "@mcp-effect/core/Completion"
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Progress from "@mcp-effect/core/Progress"
import * as Prompt from "@mcp-effect/core/Prompt"
import { RequestContext } from "@mcp-effect/core/RequestContext"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Tool from "@mcp-effect/core/Tool"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class Db extends Context.Service<Db, { readonly find: (id: number) => Effect.Effect<string> }>()("Db") {}
class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { id: Schema.Finite }) {}

const Find = Tool.make("find", {
  input: { id: Schema.Finite, deep: Schema.optionalKey(Schema.Boolean) },
  output: { name: Schema.String },
  errors: [NotFound]
})

// input is what the Schema says
assert<Equals<Tool.Input<typeof Find>, { readonly id: number; readonly deep?: boolean }>>()

// dependencies of the handler become requirements of the layer, the services of a request do not
const found = Server.tool(Find, ({ id }) =>
  Effect.gen(function*() {
    const db = yield* Db
    yield* Progress.report({ progress: 1 })
    return { name: yield* db.find(id) }
  }))
assert<Equals<Layer.Services<typeof found>, Db | Server.Registry>>()
assert<Equals<Layer.Error<typeof found>, never>>()

// ... and Layer.provide meets them, for a server as for any layer
const server = Server.layer({ name: "typed", version: "1.0.0" }, found)
assert<Equals<Layer.Services<typeof server>, Db>>()
const provided = server.pipe(Layer.provide(Layer.succeed(Db, { find: () => Effect.succeed("x") })))
assert<Equals<Layer.Services<typeof provided>, never>>()

// a declared error may be failed with
Server.tool(Find, ({ id }) => Effect.fail(new NotFound({ id })))

// an undeclared one may not
// @ts-expect-error "undeclared" is not among the errors of the tool
Server.tool(Find, () => Effect.fail("undeclared"))

// output must fit
// @ts-expect-error name is missing
Server.tool(Find, () => Effect.succeed({}))

// a handler cannot ask for input that was not declared
// @ts-expect-error there is no input `other`
Server.tool(Find, ({ other }) => Effect.succeed({ name: other }))

// a full result carries the same output
Server.tool(Find, () => Effect.succeed(Tool.result({ structured: { name: "x" }, meta: { trace: 1 } })))
// @ts-expect-error the structured part must fit as well
Server.tool(Find, () => Effect.succeed(Tool.result({ structured: { nom: "x" } })))
Server.tool(Find, () => Effect.succeed(Tool.failure("no such thing")))

// a tool without output answers with text, content or nothing
const Say = Tool.make("say", { input: { text: Schema.String } })
Server.tool(Say, ({ text }) => Effect.succeed(text))
Server.tool(Say, () => Effect.void)
Server.tool(Say, () => Effect.succeed({ type: "image", data: "", mimeType: "image/png" }))
// @ts-expect-error an object that is no content block
Server.tool(Say, () => Effect.succeed({ sum: 1 }))

// variables of a template are typed by its text, and decoded by their Schemas
const Row = ResourceTemplate.make("db://{table}/{id}", { name: "row", variables: { id: Schema.Finite } })
Server.resourceTemplate(Row, ({ id, table }) => {
  assert<Equals<typeof id, number>>()
  assert<Equals<typeof table, string>>()
  return Effect.succeed(`${table} ${id}`)
}, { complete: { table: () => Effect.succeed(["users"]) } })
// @ts-expect-error the template has no variable `row`
ResourceTemplate.make("db://{table}/{id}", { name: "row", variables: { row: Schema.Finite } })
Server.resourceTemplate(Row, () => Effect.succeed(""), {
  // @ts-expect-error only its variables can be completed
  complete: { column: () => Effect.succeed([] as ReadonlyArray<string> | Completion.Suggestions) }
})

// a variable with `*` is a list
Server.resourceTemplate(ResourceTemplate.make("file://{/path*}", { name: "file" }), ({ path }) => {
  assert<Equals<typeof path, ReadonlyArray<string>>>()
  return Effect.succeed(path.join("/"))
})
// @ts-expect-error a slip of the pen
ResourceTemplate.make("db://{table", { name: "row" })

// prompt arguments likewise
const Greet = Prompt.make("greet", { arguments: { name: Schema.String, times: Schema.optionalKey(Schema.Int) } })
Server.prompt(Greet, ({ name, times }) => {
  assert<Equals<typeof times, number | undefined>>()
  return Effect.succeed([Prompt.user(name)])
})

// forms are flat, and their answers typed
const asked = Elicitation.form({
  message: "Who?",
  fields: { name: Schema.String, age: Schema.optionalKey(Schema.Int) }
})
assert<
  Equals<
    typeof asked,
    Effect.Effect<
      Elicitation.Answer<{ readonly name: string; readonly age?: number }>,
      SessionError,
      Elicitation.Elicitation | RequestContext
    >
  >
>()
// @ts-expect-error a form has no nested fields
Elicitation.form({ message: "Who?", fields: { address: Schema.Struct({ city: Schema.String }) } })

// what completes an argument, or tells of changes, may need other services than what reads, and the layer needs them all
class Names extends Context.Service<Names, { readonly all: Effect.Effect<ReadonlyArray<string>> }>()("Names") {}
class Clocks extends Context.Service<Clocks, { readonly ticks: Stream.Stream<number> }>()("Clocks") {}
const completed = Server.prompt(
  Prompt.make("p", { arguments: { a: Schema.String, b: Schema.String } }),
  () => Effect.succeed("x"),
  { complete: { a: () => Effect.flatMap(Names, ({ all }) => all), b: (value) => Effect.as(Db, [value]) } }
)
assert<Equals<Layer.Services<typeof completed>, Names | Db | Server.Registry>>()
const watched = Server.resourceTemplate(Row, () => Effect.map(Db, () => "x"), {
  changes: () => Stream.unwrap(Effect.map(Clocks, ({ ticks }) => ticks)),
  complete: { table: () => Effect.flatMap(Names, ({ all }) => all) }
})
assert<Equals<Layer.Services<typeof watched>, Names | Db | Clocks | Server.Registry>>()
const ticking = Server.resource(Resource.make("db://now", { name: "now" }), () => Effect.succeed("x"), {
  changes: () => Stream.unwrap(Effect.map(Clocks, ({ ticks }) => ticks))
})
assert<Equals<Layer.Services<typeof ticking>, Clocks | Server.Registry>>()

// changes belong to no request: what asks for one finds none
const asking = Server.resource(Resource.make("db://now", { name: "now" }), () => Effect.succeed("x"), {
  changes: () => Stream.fromEffect(RequestContext)
})
assert<Equals<Layer.Services<typeof asking>, RequestContext | Server.Registry>>()

Server.prompt(Prompt.make("p", { arguments: { a: Schema.String, b: Schema.String } }), () => Effect.succeed("x"), {
  // @ts-expect-error only its arguments can be completed, beside those that are
  complete: { a: () => Effect.succeed(["x"]), c: () => Effect.succeed(["x"]) }
})
