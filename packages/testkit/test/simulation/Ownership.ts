/**
 * A session is its principal's own: to anybody else who knows its id it is as if there were none.
 *
 * It is not about who somebody is, which is for the application to find out.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking
 *
 * @since 0.1.0
 */
import * as Principal from "@mcp-effect/core/Principal"
import * as Law from "@mcp-effect/testkit/Law"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as HttpEnds from "../wire/HttpEnds.ts"

const Owner: Principal.Principal = { subject: "owner", issuer: "issuer", clientId: "client" }

const Attempt = Schema.Struct({
  method: Schema.Literals(["POST", "GET", "DELETE"]),
  other: Schema.Struct({
    subject: Schema.Literals(["owner", "somebody"]),
    issuer: Schema.Literals(["issuer", "another"]),
    clientId: Schema.Literals(["client", "another"])
  }),
  body: Schema.Literals([
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"
  ])
})

type Attempt = typeof Attempt.Type

const accept = "application/json, text/event-stream"

const run = Effect.fnUntraced(
  function*({ body, method, other }: Attempt): Effect.fn.Return<void, Law.Broken, Scope.Scope> {
    if (Principal.isSame(Owner, other)) return
    const { endpoint, far } = yield* Effect.mapError(
      HttpEnds.make(),
      (error) => new Law.Broken({ reason: `no session could begin: ${error.message}` })
    )
    let heard = 0
    yield* Effect.forkScoped(
      far.run(() => {
        heard++
      }),
      { startImmediately: true }
    )
    const handle = (principal: Principal.Principal, method: string, body: string, id?: string) =>
      endpoint.handle({
        method,
        url: "/mcp",
        header: (name) =>
          ({
            accept,
            host: "localhost",
            "content-type": "application/json",
            "mcp-session-id": id,
            "mcp-protocol-version": id === undefined ? undefined : HttpEnds.protocolVersion
          })[name],
        body: () => Effect.succeed(body)
      }).pipe(Effect.provideService(Principal.CurrentPrincipal, principal))
    const begun = yield* handle(Owner, "POST", JSON.stringify(HttpEnds.initialize))
    const id = begun.headers["mcp-session-id"]
    if (id === undefined) return yield* Effect.fail(new Law.Broken({ reason: "a session has no id" }))
    const sessions = yield* endpoint.sessions
    const { status } = yield* handle(other, method, body, id)
    if (status !== 404) {
      return yield* Effect.fail(new Law.Broken({ reason: `somebody else was answered with ${status}` }))
    }
    if (heard > 0) return yield* Effect.fail(new Law.Broken({ reason: "somebody else was heard" }))
    if ((yield* endpoint.sessions) !== sessions) {
      return yield* Effect.fail(new Law.Broken({ reason: "somebody else ended the session" }))
    }
  }
)

/** The law. */
export const law: Law.Law = Law.make(
  "a session is its principal's own",
  Effect.succeed([Law.property({
    subject: "a session over HTTP",
    arbitrary: Arbitrary.schema(Attempt),
    holds: (attempt) => Effect.scoped(run(attempt))
  })])
)
