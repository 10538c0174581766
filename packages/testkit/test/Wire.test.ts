import { assert, describe, it } from "@effect/vitest"
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as EndpointClient from "../src/wire/EndpointClient.ts"

const Version = Tool.make("version")
const Session = Tool.make("session")
const Wait = Tool.make("wait")

interface Waiting {
  readonly begun: Deferred.Deferred<void>
  readonly interrupted: Deferred.Deferred<void>
}

const server = (waiting: Waiting) =>
  Server.layer(
    { name: "waiting", version: "1.0.0" },
    Layer.mergeAll(
      Server.tool(Version, () => Effect.map(RequestContext.RequestContext, ({ session }) => session.protocolVersion)),
      Server.tool(Session, () => Effect.map(RequestContext.RequestContext, ({ session }) => session.id)),
      Server.tool(
        Wait,
        () =>
          Effect.andThen(Deferred.succeed(waiting.begun, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(waiting.interrupted, undefined))
          )
      )
    )
  )

const serving = <A, E, R>(test: (waiting: Waiting) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const waiting: Waiting = { begun: yield* Deferred.make<void>(), interrupted: yield* Deferred.make<void>() }
    return yield* Effect.provide(test(waiting), server(waiting))
  })

const text = ({ content: [block] }: { readonly content: ReadonlyArray<{ readonly type: string }> }): unknown =>
  block !== undefined && "text" in block ? block.text : undefined

describe.each(Wire.all)("over $name", (wire) => {
  it.effect.each(wire.versions)(
    "a client of %s is answered in that revision",
    (version) =>
      serving(() =>
        Effect.gen(function*() {
          const { client } = yield* Harness.connect({ wire, versions: [version] })
          assert.strictEqual(text(yield* client.callTool("version")), version)
        })
      )
  )

  it.effect.each(wire.versions)(
    "nothing is left of a client of %s that goes in the middle of a call",
    (version) =>
      serving(({ begun, interrupted }) =>
        Effect.gen(function*() {
          const { connections, listens } = yield* Server.Server
          const connect = yield* wire.serve
          yield* Effect.scoped(Effect.gen(function*() {
            const { client } = yield* Harness.over(connect, { versions: [version] })
            yield* Effect.forkChild(Effect.ignore(client.callTool("wait")))
            yield* Deferred.await(begun)
          }))
          yield* Deferred.await(interrupted)
          assert.strictEqual(yield* connections, 0)
          assert.strictEqual(yield* listens, 0)
        })
      )
  )

  it.effect("what a client is known by is the same each time", () => {
    const known = serving(() =>
      Effect.gen(function*() {
        const connect = yield* wire.serve
        const ids: Array<unknown> = []
        for (let i = 0; i < 2; i++) {
          const { client } = yield* Harness.over(connect, { versions: [wire.versions[0]!] })
          ids.push(text(yield* client.callTool("session")))
        }
        return ids
      })
    )
    return Effect.gen(function*() {
      // over HTTP an id is a secret, and nobody can know it before
      if (wire === Wire.http || wire === Wire.sse) return
      assert.deepStrictEqual(yield* known, yield* known)
    })
  })
})

describe.each([
  { name: "Streamable HTTP", via: (client: HttpClient.HttpClient) => client, versions: Wire.http.versions },
  { name: "HTTP+SSE", via: EndpointClient.withoutPost("/mcp"), versions: Wire.sse.versions }
])("the endpoint behind $name", ({ versions, via }) => {
  it.effect.each(versions)(
    "has no session, no request and no stream left of a client of %s",
    (version) =>
      serving(({ begun, interrupted }) =>
        Effect.gen(function*() {
          const endpoint = yield* Endpoint.Endpoint
          const connect = Effect.provideService(
            HttpClientTransport.make({ url: "http://localhost/mcp" }),
            HttpClient.HttpClient,
            via(EndpointClient.make(endpoint))
          )
          yield* Effect.scoped(Effect.gen(function*() {
            const { client } = yield* Harness.over(connect, { versions: [version] })
            yield* Effect.forkChild(Effect.ignore(client.callTool("wait")))
            yield* Deferred.await(begun)
            // the endpoint counts what is not answered at once
            yield* Effect.yieldNow
            assert.isAbove((yield* endpoint.sessions) + (yield* endpoint.requests), 0)
          }))
          yield* Deferred.await(interrupted)
          assert.deepStrictEqual(
            yield* Effect.all([endpoint.sessions, endpoint.requests, endpoint.streams]),
            [0, 0, 0]
          )
        }).pipe(Effect.provide(Endpoint.layer({ path: "/mcp" })))
      )
  )
})
