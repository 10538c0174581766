import { describe, expect, it } from "@effect/vitest"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as MethodTable from "@mcp-effect/core/revision/MethodTable"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as UriTemplate from "@mcp-effect/core/UriTemplate"
import * as Generators from "@mcp-effect/testkit/Generators"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as SpecSchema from "../../core/test/spec/SpecSchema.ts"

const check = { runs: 25, size: 6, seed: "generators" }

const samples = <A>(arbitrary: Arbitrary.Arbitrary<A>, count = 20) =>
  Effect.runSync(Arbitrary.sampleEffect(arbitrary, { count, size: 6, seed: "generators" }))

const { clientNotifications, clientRequests, serverNotifications, serverRequests } = MethodTable

describe.each(Revisions.all.map((revision) => [revision.version, revision] as const))("%s", (version, revision) => {
  const spec = SpecSchema.load(`${version}.json`)
  const requests = new Set([...revision.clientRequests.keys(), ...revision.serverRequests.keys()])
  const notifications = new Set([...revision.clientNotifications.keys(), ...revision.serverNotifications.keys()])

  it.each([...requests, ...notifications])("params of %s are those of the specification", (method) => {
    const theirs = SpecSchema.method(spec, method)!.params
    for (const params of samples(Generators.params(method, version))) {
      expect(spec.misfit(theirs, params)).toBeUndefined()
    }
  })

  it.each([...requests])("results of %s are those of the specification", (method) => {
    const theirs = SpecSchema.method(spec, method)!.result!
    for (const result of samples(Generators.result(method, version))) {
      expect(spec.misfit(theirs, result)).toBeUndefined()
    }
  })

  it.each(["client", "server"] as const)("messages of a %s are envelopes, and no other side's", (side) => {
    for (const message of samples(Generators.message(version, side), 60)) {
      expect(JsonRpc.classify(message)).not.toBe("Invalid")
      if (!("method" in message)) continue
      const table = "id" in message ? revision[`${side}Requests`] : revision[`${side}Notifications`]
      const codec = table.get(message.method)
      expect(codec === undefined ? undefined : Result.isSuccess(codec.params.decode(message.params))).toBe(true)
    }
  })
})

describe("the neutral model", () => {
  const every = [clientRequests, serverRequests].flatMap((table) =>
    Object.entries<{ params: Schema.Codec<object>; result: Schema.Codec<object> }>(table).flatMap((
      [method, { params, result }]
    ) => [
      [`${method} params`, params] as const,
      [`${method} result`, result] as const
    ])
  ).concat(
    [clientNotifications, serverNotifications].flatMap((table) =>
      Object.entries<{ params: Schema.Codec<object> }>(table).map(([method, { params }]) =>
        [`${method} params`, params] as const
      )
    )
  )

  it.each(every)("%s fits its own Schema", (_, schema) => {
    for (const value of samples(Generators.neutral(schema), 5)) {
      expect(SchemaParser.is(schema)(value)).toBe(true)
    }
  })
})

describe("nouns", () => {
  it.prop("a URI is one, whatever it is made of", { uri: Generators.uri }, ({ uri }) => {
    expect(new URL(uri).href.length).toBeGreaterThan(0)
  }, { arbitrary: check })

  it.prop("a URI template is one", { text: Generators.uriTemplate }, ({ text }) => {
    expect(Result.isSuccess(UriTemplate.parse(text))).toBe(true)
  }, { arbitrary: check })

  it.prop("an id is one", { id: Generators.id }, ({ id }) => {
    expect(JsonRpc.isRequestId(id)).toBe(true)
  }, { arbitrary: check })

  it.prop("the Schema of a tool asks for what it has", { schema: Generators.toolSchema }, ({ schema }) => {
    expect(Object.keys(schema["properties"] as object)).toEqual(
      expect.arrayContaining(schema["required"] as Array<string>)
    )
  }, { arbitrary: check })
})

it("the same seed makes the same messages", () => {
  for (const { version } of Revisions.all) {
    expect(samples(Generators.message(version))).toEqual(samples(Generators.message(version)))
  }
})

it.effect("what breaks a law shrinks to the least that does", () =>
  Effect.gen(function*() {
    const { version } = Revisions.latestOfSessionEra
    const checked = yield* Arbitrary.checkEffect(
      Generators.request(version),
      ({ method }) => method !== "tools/call",
      { runs: 200, seed: 1 }
    )
    expect(checked).toMatchObject({
      _tag: "Falsified",
      shrunkInput: { jsonrpc: "2.0", id: expect.anything(), method: "tools/call", params: { name: "" } }
    })
  }))
