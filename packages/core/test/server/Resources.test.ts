import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as ProtocolError from "../../src/ProtocolError.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Conversation from "../Conversation.ts"

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const Full = Resource.make("test://full", {
  name: "full",
  title: "Full",
  description: "Everything a resource can say",
  mimeType: "text/plain",
  size: 4,
  annotations: { audience: ["user", "assistant"], priority: 1, lastModified: "2025-01-12T15:00:58Z" },
  icons: [{ src: "https://example.com/i.png" }],
  meta: { "com.example/a": 1 }
})

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)

const Item = ResourceTemplate.make("test://items/{id}{?q}", {
  name: "item",
  title: "Item",
  description: "One item",
  mimeType: "text/plain",
  annotations: { priority: 0 },
  icons: [{ src: "https://example.com/i.png" }],
  meta: { "com.example/a": 1 },
  variables: { id: Schema.Int, q: Schema.optionalKey(Schema.String) }
})

const features = Layer.mergeAll(
  Server.resource(Full, () => Effect.succeed("full")),
  Server.resource(Resource.make("test:bytes", { name: "bytes" }), () => Effect.succeed(bytes)),
  Server.resource(Resource.make("test:empty", { name: "empty" }), () => Effect.succeed("")),
  Server.resource(Resource.make("test:dir", { name: "dir" }), () =>
    Effect.succeed([
      { uri: "test:dir/a", text: "a", mimeType: "text/plain", _meta: { "com.example/a": 1 } },
      { uri: "test:dir/b", blob: "aGk=" }
    ])),
  Server.resource(
    Resource.make("test:gone", { name: "gone" }),
    (uri) => Effect.fail(ProtocolError.resourceNotFound(uri))
  ),
  Server.resource(Resource.make("test:dies", { name: "dies" }), () => Effect.die(new Error("hunter2"))),
  Server.resource(Resource.make("test:wrong", { name: "wrong" }), () =>
    // what types would have refused
    Effect.succeed({ uri: "test:wrong" } as unknown as string)),
  Server.resource(Resource.make("test:hidden", { name: "hidden" }), () => Effect.succeed("secret"), {
    visible: () => false
  }),
  Server.resourceTemplate(Item, ({ id }, uri) => Effect.succeed(`${id + 1} ${uri}`)),
  Server.resourceTemplate(
    ResourceTemplate.make("test:hidden/{x}", { name: "hidden" }),
    () => Effect.succeed("secret"),
    {
      visible: () => false
    }
  )
)

const serving = Conversation.withServer(features)

const read = (conversation: Conversation.Conversation, uri: unknown) =>
  Effect.map(conversation.request("resources/read", { uri }), ({ error, result }) => error ?? result)

describe("lists", () => {
  const listed = (version: string, method: string, member: string) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version })
      const { result } = yield* conversation.request(method)
      return result?.[member] as ReadonlyArray<Conversation.Json>
    }).pipe(serving)

  it.effect("resources/list tells all that is known of a resource, and none that is hidden (RES-1, RES-2, RES-21)", () =>
    Effect.gen(function*() {
      const resources = yield* listed("2025-11-25", "resources/list", "resources")
      expect(resources.map((resource) => resource["name"])).toEqual([
        "full",
        "bytes",
        "empty",
        "dir",
        "gone",
        "dies",
        "wrong"
      ])
      const { meta, ...rest } = Full
      expect(resources[0]).toEqual({ ...rest, _meta: meta })
      expect(resources[1]).toEqual({ uri: "test:bytes", name: "bytes" })
    }))

  it.effect("resources/templates/list tells all that is known of a template (RES-1, RES-3)", () =>
    Effect.gen(function*() {
      expect(yield* listed("2025-11-25", "resources/templates/list", "resourceTemplates")).toEqual([{
        uriTemplate: "test://items/{id}{?q}",
        name: "item",
        title: "Item",
        description: "One item",
        mimeType: "text/plain",
        annotations: { priority: 0 },
        icons: [{ src: "https://example.com/i.png" }],
        _meta: { "com.example/a": 1 }
      }])
    }))

  it.effect("tell each revision what it knows (RES-2, RES-3, RES-21)", () =>
    Effect.gen(function*() {
      const older = ["annotations", "description", "mimeType", "name"]
      const newer = ["_meta", ...older]
      const members = (method: string, member: string) =>
        Effect.forEach(
          sessionEra,
          (version) => Effect.map(listed(version, method, member), ([first]) => Object.keys(first!).sort())
        )
      expect(yield* members("resources/list", "resources")).toEqual([
        [...older, "size", "uri"],
        [...older, "size", "uri"],
        [...newer, "size", "title", "uri"],
        [...newer, "size", "title", "uri", "icons"].sort()
      ])
      expect(yield* members("resources/templates/list", "resourceTemplates")).toEqual([
        [...older, "uriTemplate"],
        [...older, "uriTemplate"],
        [...newer, "title", "uriTemplate"],
        [...newer, "title", "uriTemplate", "icons"].sort()
      ])
      const annotations = yield* Effect.forEach(
        sessionEra,
        (version) =>
          Effect.map(
            listed(version, "resources/list", "resources"),
            ([first]) => Object.keys(first!["annotations"] as object).sort()
          )
      )
      expect(annotations).toEqual([
        ["audience", "priority"],
        ["audience", "priority"],
        ["audience", "lastModified", "priority"],
        ["audience", "lastModified", "priority"]
      ])
    }))
})

describe("resources/read", () => {
  it.effect("gives text, with the URI and the declared type (RES-1, RES-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* read(conversation, "test://full")).toEqual({
        contents: [{ uri: "test://full", mimeType: "text/plain", text: "full" }]
      })
      expect(yield* read(conversation, "test:empty")).toEqual({ contents: [{ uri: "test:empty", text: "" }] })
    }).pipe(serving))

  it.effect("gives bytes as base64 (RES-4, RES-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const answer = yield* read(conversation, "test:bytes")
      expect(answer).toEqual({
        contents: [{ uri: "test:bytes", blob: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/) }]
      })
      const [{ blob }] = (answer as { readonly contents: readonly [{ readonly blob: string }] }).contents
      expect(Uint8Array.from(atob(blob), (c) => c.charCodeAt(0))).toEqual(bytes)
    }).pipe(serving))

  it.effect("gives several contents where one URI stands for many (RES-4, RES-5)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* read(conversation, "test:dir")).toEqual({
        contents: [
          { uri: "test:dir/a", text: "a", mimeType: "text/plain", _meta: { "com.example/a": 1 } },
          { uri: "test:dir/b", blob: "aGk=" }
        ]
      })
    }).pipe(serving))

  it.effect("reads what a template matches, though it is not listed, with decoded variables (RES-22)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* read(conversation, "test://items/41")).toEqual({
        contents: [{ uri: "test://items/41", mimeType: "text/plain", text: "42 test://items/41" }]
      })
      expect(yield* read(conversation, "test://items/many")).toEqual({
        code: -32602,
        message: expect.stringMatching(/^Invalid resource URI: [^\n]+$/),
        data: { uri: "test://items/many" }
      })
    }).pipe(serving))

  it.effect("a resource that is not there is -32002 with its URI (RES-10)", () =>
    Effect.gen(function*() {
      for (const version of sessionEra) {
        const conversation = yield* Conversation.open({ version })
        for (const uri of ["test:none", "test:gone", "test:hidden", "test:hidden/a", "test://items/1/2"]) {
          expect(yield* read(conversation, uri)).toEqual({
            code: -32002,
            message: "Resource not found",
            data: { uri }
          })
        }
      }
    }).pipe(serving))

  it.effect.each([
    "",
    "full",
    "/etc/passwd",
    "1test:a",
    "test:a b",
    "test:\u0000",
    "test:ä",
    "test:<a>",
    "test:\"",
    " test:a"
  ])("%j is no URI, and nothing is looked up (RES-15, RES-20)", (uri) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* read(conversation, uri)).toEqual({ code: -32602, message: "uri is not an absolute URI" })
      const subscribed = yield* conversation.request("resources/subscribe", { uri })
      expect(subscribed.error?.code).toBe(-32602)
    }).pipe(serving))

  it.effect("a URI that is no text breaks the request itself (RES-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const uri of [5, null, {}, ["test:a"], undefined]) {
        expect(yield* read(conversation, uri)).toMatchObject({ code: -32602 })
      }
    }).pipe(serving))

  it.effect("a defect or contents without text and blob are internal errors, without their text (RES-4, RES-10)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const uri of ["test:dies", "test:wrong"]) {
        expect(yield* read(conversation, uri)).toEqual({ code: -32603, message: "Internal error" })
      }
    }).pipe(serving, Effect.provide(Logger.layer([]))))
})

describe("declarations", () => {
  it("a URI that is none is a defect (RES-15, RES-20)", () => {
    for (const uri of ["", "a", "//a", "a b:c", "1a:b", "a_b:c", "x:ä"]) {
      expect(() => Resource.make(uri, { name: "x" })).toThrow("is not an absolute URI")
    }
    for (const uri of ["x:", "x-y.z+1:a", "file:///a%20b", "git://h/p?q=1#f", "urn:isbn:123", "X:[a]"]) {
      expect(Resource.make(uri, { name: "x" }).uri).toBe(uri)
    }
  })
})
