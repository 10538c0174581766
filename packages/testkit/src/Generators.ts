/**
 * `Generators` make whatever may go over the wire: each noun, the params and result of each method in each revision, whole messages.
 *
 * They are derived from the Schemas that check the same values, and make nothing that is wrong: that is `Mutation`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { ClientCapabilities, ServerCapabilities } from "@mcp-effect/core/protocol/Capabilities"
import { ContentBlock } from "@mcp-effect/core/protocol/Content"
import { ProgressToken } from "@mcp-effect/core/protocol/Meta"
import { RequestMeta } from "@mcp-effect/core/protocol/RequestMeta"
import * as MethodTable from "@mcp-effect/core/revision/MethodTable"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Arbitrary from "effect/Arbitrary"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as KnownRevision from "./generators/KnownRevision.ts"
import * as Tuning from "./generators/Tuning.ts"
import type * as Transcript from "./Transcript.ts"

/**
 * One or another of these.
 *
 * @category combinators
 * @since 0.1.0
 */
export const oneOf = <A>(arbitraries: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> => {
  const [first, ...rest] = arbitraries
  if (first === undefined) throw new Error("There is nothing to choose from")
  if (rest.length === 0) return first
  // the index is one of the list
  return Arbitrary.flatMap(
    Arbitrary.schema(Schema.Literals(arbitraries.map((_, index) => index))),
    (index) => arbitraries[index] as Arbitrary.Arbitrary<A>
  )
}

/**
 * Any JSON value, of few levels.
 *
 * @category nouns
 * @since 0.1.0
 */
export const json: Arbitrary.Arbitrary<Schema.Json> = Arbitrary.schema(Schema.Json)

/**
 * Any object of JSON.
 *
 * @category nouns
 * @since 0.1.0
 */
export const jsonObject: Arbitrary.Arbitrary<{ readonly [name: string]: Schema.Json }> = Arbitrary.schema(
  Schema.Record(Schema.String, Schema.Json)
)

/**
 * The id of a request (BASE-2).
 *
 * @category nouns
 * @since 0.1.0
 */
export const id: Arbitrary.Arbitrary<JsonRpc.RequestId> = Arbitrary.schema(JsonRpc.RequestId)

/**
 * A progress token (PROG-3), which may be what an id may be.
 *
 * @category nouns
 * @since 0.1.0
 */
export const progressToken: Arbitrary.Arbitrary<ProgressToken> = Arbitrary.schema(ProgressToken)

/**
 * A cursor of a list: any text, since clients look into none (PAGE-5).
 *
 * @category nouns
 * @since 0.1.0
 */
export const cursor: Arbitrary.Arbitrary<string> = Arbitrary.schema(Schema.String)

/**
 * A URI.
 *
 * @category nouns
 * @since 0.1.0
 */
export const uri: Arbitrary.Arbitrary<string> = Arbitrary.map(Arbitrary.schema(Schema.String), Tuning.uri)

/**
 * A URI template.
 *
 * @category nouns
 * @since 0.1.0
 */
export const uriTemplate: Arbitrary.Arbitrary<string> = Arbitrary.map(
  Arbitrary.schema(Schema.String),
  Tuning.uriTemplate
)

type JsonSchema = { readonly [keyword: string]: Schema.Json }

const property: Schema.Codec<JsonSchema> = Schema.Union([
  Schema.Struct({ type: Schema.Literals(["string", "number", "integer", "boolean", "null"]) }),
  Schema.Struct({ enum: Schema.NonEmptyArray(Schema.String) }),
  Schema.Struct({ type: Schema.Literal("array"), items: Schema.Struct({ type: Schema.Literal("string") }) }),
  Schema.Struct({ description: Schema.String, default: Schema.Json })
])

const objectSchema = (property: Schema.Codec<JsonSchema>) =>
  Schema.Struct({
    type: Schema.Literal("object"),
    properties: Schema.Record(Schema.String, property),
    additionalProperties: Schema.optionalKey(Schema.Boolean)
  })

/**
 * The JSON Schema of a tool's arguments (TOOL-7).
 *
 * @category nouns
 * @since 0.1.0
 */
export const toolSchema: Arbitrary.Arbitrary<JsonSchema & { readonly type: "object" }> = Arbitrary.map(
  Arbitrary.schema(objectSchema(Schema.Union([property, objectSchema(property)]))),
  ({ additionalProperties, properties, type }) => ({
    type,
    properties,
    required: Object.keys(properties).filter((_, index) => index % 2 === 0),
    ...(additionalProperties === undefined ? undefined : { additionalProperties })
  })
)

const toolSchemas = Arbitrary.array(toolSchema, { maxLength: 3 })

/**
 * A value of a Schema of the protocol, in the neutral model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const neutral = <A>(schema: Schema.Codec<A>): Arbitrary.Arbitrary<A> => {
  const value = Arbitrary.schema(schema)
  return declares(schema, "tools")
    ? Arbitrary.map(Arbitrary.all([value, toolSchemas]), ([value, schemas]) => Tuning.tuned(value, schemas))
    : Arbitrary.map(value, (value) => Tuning.tuned(value, []))
}

const declares = (schema: Schema.Constraint, member: string): boolean =>
  Predicate.hasProperty(schema, "fields") && Predicate.hasProperty(schema.fields, member)

/**
 * The `_meta` of a request: the keys of the protocol, and others with prefixes of their own (META-4).
 *
 * @category nouns
 * @since 0.1.0
 */
export const meta: Arbitrary.Arbitrary<RequestMeta> = Arbitrary.map(
  Arbitrary.all([neutral(RequestMeta), Arbitrary.array(json, { maxLength: 2 })]),
  ([meta, others]) => ({
    ...meta,
    ...Object.fromEntries(others.map((value, index) => [`com.example.test/${index}`, value]))
  })
)

/**
 * A content block (CONT-1).
 *
 * @category nouns
 * @since 0.1.0
 */
export const contentBlock: Arbitrary.Arbitrary<ContentBlock> = Arbitrary.map(
  neutral(Schema.Struct({ content: ContentBlock })),
  ({ content }) => content
)

/**
 * What a client can do.
 *
 * @category nouns
 * @since 0.1.0
 */
export const clientCapabilities: Arbitrary.Arbitrary<ClientCapabilities> = neutral(ClientCapabilities)

/**
 * What a server can do.
 *
 * @category nouns
 * @since 0.1.0
 */
export const serverCapabilities: Arbitrary.Arbitrary<ServerCapabilities> = neutral(ServerCapabilities)

type Wire = { readonly [name: string]: unknown }

interface Encoding {
  encode(value: unknown): object
}

interface Carried {
  readonly schema: Schema.Codec<Wire>
  readonly codec: Encoding
}

interface Schemas {
  readonly [method: string]: { readonly params: Schema.Codec<Wire>; readonly result?: Schema.Codec<Wire> }
}

// what methods carry are objects, whose members may be read by any name
const schemas = {
  clientRequests: MethodTable.clientRequests as unknown as Schemas,
  serverRequests: MethodTable.serverRequests as unknown as Schemas,
  clientNotifications: MethodTable.clientNotifications as unknown as Schemas,
  serverNotifications: MethodTable.serverNotifications as unknown as Schemas
}

const carriedBy = (revision: Revision, method: string, part: "params" | "result"): Carried => {
  for (const side of ["client", "server"] as const) {
    const request = revision[`${side}Requests`].get(method)
    const carried = schemas[`${side}Requests`][method]?.[part]
    if (request !== undefined && carried !== undefined) return { schema: carried, codec: request[part] }
    const notification = revision[`${side}Notifications`].get(method)
    const told = schemas[`${side}Notifications`][method]?.params
    if (notification !== undefined && told !== undefined && part === "params") {
      return { schema: told, codec: notification.params }
    }
  }
  throw new Error(`${revision.version} has no ${part} of ${method}`)
}

const known = new Map<string, Arbitrary.Arbitrary<Wire>>()

// To derive takes longer than to make a value.
const once = (key: string, make: () => Arbitrary.Arbitrary<Wire>): Arbitrary.Arbitrary<Wire> => {
  const arbitrary = known.get(key) ?? make()
  known.set(key, arbitrary)
  return arbitrary
}

/**
 * The params of a method, as they go over the wire in a revision.
 *
 * @category wire
 * @since 0.1.0
 */
export const params = (method: string, version: string): Arbitrary.Arbitrary<Wire> =>
  once(`params ${method} ${version}`, () => {
    const revision = KnownRevision.of(version)
    const { codec, schema } = carriedBy(revision, method, "params")
    const isRequest = !method.startsWith("notifications/")
    return Arbitrary.map(neutral(schema), (value) =>
      encoded(codec, {
        ...(method === "notifications/cancelled" ? { requestId: 1 } : undefined),
        ...(method === "elicitation/create" ? question(revision, value) : value),
        ...(revision.era === "stateless" && isRequest ? { _meta: statelessMeta(revision, value) } : undefined)
      }))
  })

// What can be said by URL alone is said as a form where there are no others.
const question = (revision: Revision, value: Wire): Wire => {
  if (value["mode"] !== "url") return value
  const { elicitationId, mode: _, url, ...rest } = value
  return revision.elicitationModes.includes("url")
    ? { ...value, elicitationId: elicitationId ?? url }
    : { ...rest, requestedSchema: { type: "object", properties: {} } }
}

const statelessMeta = (revision: Revision, { _meta: meta }: Wire): Wire => ({
  "io.modelcontextprotocol/clientCapabilities": {},
  ...(Predicate.isObject(meta) ? meta : undefined),
  "io.modelcontextprotocol/protocolVersion": revision.version
})

/**
 * The result of a method, as it goes over the wire in a revision.
 *
 * @category wire
 * @since 0.1.0
 */
export const result = (method: string, version: string): Arbitrary.Arbitrary<Wire> =>
  once(`result ${method} ${version}`, () => {
    const revision = KnownRevision.of(version)
    const { codec, schema } = carriedBy(revision, method, "result")
    const isCacheable = declares(schema, "ttlMs")
    return Arbitrary.map(neutral(schema), (value: Wire) =>
      encoded(
        codec,
        revision.era === "session" ? value : {
          ...(isCacheable ? { cacheScope: "public" } : undefined),
          ...value,
          ...(isCacheable ? { ttlMs: Math.abs(Number(value["ttlMs"] ?? 0)) } : undefined),
          resultType: "complete"
        }
      ))
  })

// What is not to be had as JSON is not on the wire.
const encoded = (codec: Encoding, value: unknown): Wire => JSON.parse(JSON.stringify(codec.encode(value)))

/**
 * A request of any method that one side has in a revision.
 *
 * @example
 * ```ts
 * import * as Generators from "@mcp-effect/testkit/Generators"
 * import * as Arbitrary from "effect/Arbitrary"
 * import * as Effect from "effect/Effect"
 *
 * declare const route: (message: unknown) => Effect.Effect<string>
 *
 * // a gateway finds a place for each request
 * const test = Arbitrary.checkEffect(
 *   Generators.request("2025-11-25"),
 *   (request) => Effect.map(route(request), (place) => place !== "nowhere")
 * )
 * ```
 *
 * @category messages
 * @since 0.1.0
 */
export const request = (version: string, from: Transcript.Side = "client"): Arbitrary.Arbitrary<JsonRpc.Request> =>
  oneOf([...KnownRevision.of(version)[`${from}Requests`].keys()].map((method) =>
    Arbitrary.map(
      Arbitrary.all({ id, params: params(method, version) }),
      ({ id, params }): JsonRpc.Request => ({ jsonrpc: "2.0", id, method, params })
    )
  ))

/**
 * A notification of any method that one side has in a revision.
 *
 * @category messages
 * @since 0.1.0
 */
export const notification = (
  version: string,
  from: Transcript.Side = "client"
): Arbitrary.Arbitrary<JsonRpc.Notification> =>
  oneOf(
    [...KnownRevision.of(version)[`${from}Notifications`].keys()].map((method) =>
      Arbitrary.map(params(method, version), (params): JsonRpc.Notification => ({ jsonrpc: "2.0", method, params }))
    )
  )

/**
 * The result of any request that the other side has in a revision.
 *
 * @category messages
 * @since 0.1.0
 */
export const resultResponse = (
  version: string,
  from: Transcript.Side = "server"
): Arbitrary.Arbitrary<JsonRpc.ResultResponse> =>
  oneOf(
    [...KnownRevision.of(version)[from === "server" ? "clientRequests" : "serverRequests"].keys()].map((method) =>
      Arbitrary.map(
        Arbitrary.all({ id, result: result(method, version) }),
        ({ id, result }): JsonRpc.ResultResponse => ({ jsonrpc: "2.0", id, result })
      )
    )
  )

/**
 * An error; its id is `null` now and then (BASE-9).
 *
 * @category messages
 * @since 0.1.0
 */
export const errorResponse: Arbitrary.Arbitrary<JsonRpc.ErrorResponse> = Arbitrary.map(
  Arbitrary.all({
    id: Arbitrary.schema(Schema.Union([JsonRpc.RequestId, Schema.Null])),
    error: Arbitrary.schema(Schema.Struct({
      code: Schema.Int,
      message: Schema.String,
      data: Schema.optionalKey(Schema.Json)
    }))
  }),
  ({ error, id }): JsonRpc.ErrorResponse => ({ jsonrpc: "2.0", id, error })
)

/**
 * Any message of one side in a revision.
 *
 * @category messages
 * @since 0.1.0
 */
export const message = (version: string, from: Transcript.Side = "client"): Arbitrary.Arbitrary<JsonRpc.Message> => {
  const revision = KnownRevision.of(version)
  return oneOf<JsonRpc.Message>([
    ...(revision[`${from}Requests`].size === 0 ? [] : [request(version, from)]),
    notification(version, from),
    ...(revision[from === "server" ? "clientRequests" : "serverRequests"].size === 0
      ? []
      : [resultResponse(version, from)]),
    errorResponse
  ])
}
