import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "../../src/Client.ts"
import * as SessionError from "../../src/SessionError.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const eras = [["session", ScriptedServer.session], ["stateless", ScriptedServer.stateless]] as const

const connect = Effect.fnUntraced(function*(
  script: (otherwise: ScriptedServer.Script, capabilities: { readonly resources: {} }) => ScriptedServer.Script,
  reply: ScriptedServer.Reply
) {
  const server = yield* ScriptedServer.make(script(() => reply, { resources: {} }))
  const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
  return { client, server }
})

describe.each(eras)("a resource (%s)", (_, script) => {
  it.effect("is asked for by its URI, and what is none is not asked for (RES-15)", () =>
    Effect.gen(function*() {
      const contents = [{ uri: "test:a", text: "a" }, { uri: "test:b", blob: "AAEC", mimeType: "x/y" }]
      const { client, server } = yield* connect(script, { result: { contents } })
      expect((yield* client.readResource("test:a")).contents).toEqual(contents)
      expect(server.all("resources/read").map(({ params }) => params?.["uri"])).toEqual(["test:a"])
      for (const uri of ["", "a", "/etc/passwd", "../a", "//host/a", "test:a b", "test:\n", "1test:a"]) {
        expect((yield* Effect.flip(client.readResource(uri))).reason).toMatchObject({ _tag: "NotAllowed" })
      }
      expect(server.all("resources/read").length).toBe(1)
    }))

  it.effect.each<[unknown]>([
    [{}],
    [[{ uri: "test:a" }]],
    [[{ text: "a" }]],
    [[{ uri: "test:a", text: 5 }]],
    [[{ uri: 5, blob: "AAEC" }]],
    [["a"]],
    ["a"]
  ])("is not what does not fit: %j (RES-15)", ([contents]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(script, { result: { contents } })
      expect((yield* Effect.flip(client.readResource("test:a"))).reason).toMatchObject({
        _tag: "InvalidAnswer",
        method: "resources/read"
      })
    }))

  it.effect("that is not there is told apart, by the code of either era (BASE-36)", () =>
    Effect.gen(function*() {
      const isNotFound = (error: object) =>
        Effect.gen(function*() {
          const { client } = yield* connect(script, { error: { message: "No", ...error } })
          return SessionError.isResourceNotFound(yield* Effect.flip(client.readResource("test:a")))
        })
      expect(yield* isNotFound({ code: -32002 })).toBe(true)
      expect(yield* isNotFound({ code: -32002, data: { uri: "test:a" } })).toBe(true)
      expect(yield* isNotFound({ code: -32602, data: { uri: "test:a" } })).toBe(true)
      expect(yield* isNotFound({ code: -32602 })).toBe(false)
      expect(yield* isNotFound({ code: -32603, data: { uri: "test:a" } })).toBe(false)
      expect(yield* isNotFound({ code: -32001 })).toBe(false)
    }))
})
