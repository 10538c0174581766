/**
 * What a client does with a server that it does not know: everything that the server has, once. A few scenarios of the conformance suite ask for
 * something else, by name.
 *
 * It is not bound to a transport; `ConformanceClient` is.
 */
import * as Client from "@mcp-effect/core/Client"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"

/** What a scenario is given: what the suite says about it, which is JSON of no promised shape. */
type Scenario = (client: Client.Client["Service"], context: unknown) => Effect.Effect<unknown, unknown>

/** Answers for all that a server can ask: it is a user who takes what is proposed, and a model that has one thing to say. */
export const handlers = Layer.mergeAll(
  Client.elicitation({
    form: () => Effect.succeed({ action: "accept", content: {} }),
    url: () => Effect.succeed({ action: "decline" })
  }),
  Client.sampling(() =>
    Effect.succeed({ role: "assistant", content: { type: "text", text: "Nothing to add" }, model: "none" })
  ),
  Client.roots([{ uri: "file:///everything", name: "Everything" }])
)

type Properties = { readonly [name: string]: unknown }

const properties = (value: unknown): Properties =>
  // an object that came as JSON has members of any kind
  Predicate.isObject(value) && !Array.isArray(value) ? value as Properties : {}

const samples: Properties = { string: "text", integer: 1, number: 1.5, boolean: true, array: [], object: {} }

// The least that a tool can be called with.
const argumentsFor = (inputSchema: unknown): Properties => {
  const { properties: declared, required } = properties(inputSchema)
  const names = Array.isArray(required) ? required.filter((name) => typeof name === "string") : []
  return Object.fromEntries(names.map((name) => {
    const { type } = properties(properties(declared)[name])
    return [name, typeof type === "string" ? samples[type] : null]
  }))
}

const callEach: Scenario = Effect.fnUntraced(function*(client) {
  const { items } = yield* client.tools
  // at once: what belongs to one call must not get into another
  yield* Effect.forEach(items, ({ inputSchema, name }) => client.callTool(name, argumentsFor(inputSchema)), {
    concurrency: "unbounded",
    discard: true
  })
})

const readEach: Scenario = Effect.fnUntraced(function*(client) {
  const { items } = yield* client.resources
  yield* Effect.forEach(items, ({ uri }) => client.readResource(uri), { discard: true })
})

const getEach: Scenario = Effect.fnUntraced(function*(client) {
  const { items } = yield* client.prompts
  yield* Effect.forEach(
    items,
    ({ arguments: args = [], name }) =>
      client.getPrompt(name, Object.fromEntries(args.map((argument) => [argument.name, "text"]))),
    { discard: true }
  )
})

const useEverything: Scenario = Effect.fnUntraced(function*(client, context) {
  const { prompts, resources, tools } = client.server.capabilities
  if (tools !== undefined) yield* callEach(client, context)
  if (resources !== undefined) yield* readEach(client, context)
  if (prompts !== undefined) yield* getEach(client, context)
})

// The suite names the calls.
const callAsTold: Scenario = Effect.fnUntraced(function*(client, context) {
  yield* client.tools
  const { toolCalls } = properties(context)
  const calls = Array.isArray(toolCalls) ? toolCalls.map(properties) : []
  yield* Effect.forEach(
    calls,
    ({ arguments: args, name }) =>
      typeof name === "string" ? client.callTool(name, properties(args)) : Effect.die(new Error("A call has no name")),
    { discard: true }
  )
})

const listTools: Scenario = (client) => client.tools

// One tool takes what the other is declared with, so that it is seen what has become of it.
const giveSchemaBack: Scenario = Effect.fnUntraced(function*(client) {
  const { items } = yield* client.tools
  const declared = items.find(({ name }) => name === "json_schema_2020_12_tool")
  yield* client.callTool("json_schema_echo", { schema: declared?.inputSchema })
})

const scenarios = new Map<string, Scenario>(Object.entries({
  "http-custom-headers": callAsTold,
  // its tool is there to be looked at
  "json-schema-ref-no-deref": listTools,
  "json-schema-2020-12-preservation": giveSchemaBack
}))

/** What the scenario of this name asks a client to do; everything, where it does not ask for anything else. */
export const scenario = (name: string): Scenario => scenarios.get(name) ?? useEverything
