import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../../src/Elicitation.ts"
import { MirroredHeaders } from "../../src/MirroredHeaders.ts"
import { CurrentPrincipal } from "../../src/Principal.ts"
import * as Prompt from "../../src/Prompt.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as Server from "../../src/Server.ts"
import type { Session } from "../../src/Session.ts"
import * as Tool from "../../src/Tool.ts"
import * as Asking from "../Asking.ts"
import * as Conversation from "../Conversation.ts"
import * as Listening from "../Listening.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const isAda = (session: Session) => session.principal.subject === "ada"

// Who asks is in the `_meta` of each request, as a token would be.
const authenticated = Server.middleware((request, next) => {
  const token = (request.params as { _meta?: { readonly [key: string]: unknown } } | undefined)?._meta?.["test/token"]
  return typeof token === "string" ? Effect.provideService(next, CurrentPrincipal, { subject: token }) : next
})

const serving = Conversation.withServer(Layer.mergeAll(
  authenticated,
  Server.tool(
    Tool.make("mine", { input: { region: Schema.optionalKey(Schema.String).pipe(Tool.header("Region")) } }),
    () => Effect.map(RequestContext, ({ principal, session }) => `${principal.subject} ${session.principal.subject}`),
    { visible: isAda }
  ),
  Server.tool(
    Tool.make("ask"),
    () => Effect.map(Elicitation.form({ message: "Sure?", fields: {} }), ({ action }) => action),
    { visible: isAda }
  ),
  Server.resource(Resource.make("test:mine", { name: "mine" }), () => Effect.succeed("mine"), { visible: isAda }),
  Server.prompt(Prompt.make("mine"), () => Effect.succeed("mine"), { visible: isAda })
))

const ada = { meta: { "test/token": "ada" }, capabilities: Asking.capabilities }

describe("who middleware says that a request is from", () => {
  it.effect("sees what is theirs, in lists and by its name, and nobody else does (TOOL-3, RES-14, PROM-3)", () =>
    Effect.gen(function*() {
      const hers = yield* StatelessConversation.open(ada)
      const others = yield* StatelessConversation.open({ capabilities: Asking.capabilities })
      for (const list of ["tools", "resources", "prompts"]) {
        expect((yield* others.request(`${list}/list`)).result?.[list]).toEqual([])
        const { result } = yield* hers.request(`${list}/list`)
        expect(result?.[list]).toEqual(expect.arrayContaining([expect.objectContaining({ name: "mine" })]))
      }
      expect((yield* hers.call("mine")).result).toMatchObject({ content: [{ text: "ada ada" }] })
      expect((yield* others.call("mine")).error).toMatchObject({ message: "Unknown tool: mine" })
      expect((yield* hers.request("resources/read", { uri: "test:mine" })).result).toMatchObject({
        contents: [{ text: "mine" }]
      })
      expect((yield* others.request("resources/read", { uri: "test:mine" })).error).toMatchObject({ code: -32602 })
    }).pipe(serving))

  it.effect("is asked, and goes on with the answer (MRTR-12)", () =>
    Effect.gen(function*() {
      const hers = yield* StatelessConversation.open(ada)
      const { answer, rounds } = yield* hers.converse("tools/call", { name: "ask" }, () => ({ action: "accept" }))
      expect(rounds).toHaveLength(1)
      expect(answer.result).toMatchObject({ content: [{ text: "accept" }] })
    }).pipe(serving))

  it.effect("subscribes to what is theirs, until the server ends it (SUB-5, SUB-16)", () =>
    Effect.gen(function*() {
      const wanted = { resourceSubscriptions: ["test:mine"] }
      const hers = yield* Listening.alone(wanted, ada)
      expect(Listening.acknowledged(hers)).toEqual(wanted)
      expect(Listening.acknowledged(yield* Listening.alone(wanted))).toEqual({})
      yield* hers.end
      expect(hers.heard().at(-1)).toMatchObject({ result: {} })
    }).pipe(serving))

  it.effect("subscribes to nothing any more when the server has ended while they were looked up (SUB-16)", () =>
    Effect.gen(function*() {
      const known = Latch.makeUnsafe(false)
      const slow = Server.middleware((_, next) =>
        known.whenOpen(Effect.provideService(next, CurrentPrincipal, { subject: "ada" }))
      )
      const resource = Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"))
      yield* Effect.gen(function*() {
        const listening = yield* Listening.alone({ resourceSubscriptions: ["test:r"] })
        yield* listening.end
        known.openUnsafe()
        yield* Conversation.settle
        expect(listening.heard().at(-1)).toMatchObject({ result: {} })
      }).pipe(Conversation.withServer(Layer.merge(slow, resource)))
    }))

  it.effect("is held to the headers of what only they see (HDR-14)", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const call = (region: string | undefined) =>
        Effect.callback<unknown>((resume) => {
          const headers = new Map([["mcp-protocol-version", "2026-07-28"], ["mcp-method", "tools/call"], [
            "mcp-name",
            "mine"
          ]])
          if (region !== undefined) headers.set("mcp-param-region", region)
          const params = { name: "mine", arguments: { region: "eu" }, _meta: { ...Listening.meta, ...ada.meta } }
          server.answer({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
            transport: { isCongested: () => false, send: () => Effect.void },
            context: Context.make(MirroredHeaders, { header: (name) => headers.get(name) }),
            onAnswer: ({ response }) => resume(Effect.succeed(response))
          })
        })
      expect(yield* call("eu")).toMatchObject({ result: { content: [{ text: "ada ada" }] } })
      expect(yield* call("us")).toMatchObject({ error: { code: -32020 } })
      expect(yield* call(undefined)).toMatchObject({ error: { code: -32020 } })
    }).pipe(serving))
})
