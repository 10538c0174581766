import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Client from "./NeutralClient.ts"
import { requests, serve, settle, streams } from "./Serving.ts"
import * as Stateless from "./StatelessClient.ts"

const headerNames = [
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
  "mcp-session-id",
  "last-event-id",
  "accept",
  "content-type",
  "content-length",
  "origin"
] as const

const paths = [
  "jsonrpc",
  "id",
  "method",
  "result",
  "params",
  "params.name",
  "params.arguments",
  "params.notifications",
  "params.cursor",
  "params.requestState",
  "params.inputResponses",
  "params._meta",
  "params._meta.progressToken",
  "params._meta.io.modelcontextprotocol/protocolVersion",
  "params._meta.io.modelcontextprotocol/clientCapabilities",
  "params._meta.io.modelcontextprotocol/clientInfo",
  "params._meta.io.modelcontextprotocol/logLevel"
] as const

const sound = {
  echo: Stateless.call(1, "echo", { text: "hello" }),
  ask: Stateless.call("a", "ask"),
  steps: Stateless.call(2, "steps", { count: 2 }, { progressToken: 1 }),
  discover: Stateless.request(3, "server/discover"),
  list: Stateless.request(4, "tools/list"),
  listen: Stateless.request(5, "subscriptions/listen", { notifications: { toolsListChanged: true } }),
  notification: { jsonrpc: "2.0", method: "notifications/anything", params: { _meta: Stateless.meta() } },
  initialize: Client.initializeRequest(),
  ping: Client.request(6, "ping")
}

/** A few of something. */
const few = <S extends Schema.Top>(schema: S) => Schema.Array(schema).check(Schema.isMaxLength(3))

const change = (message: object, changes: ReadonlyArray<{ readonly path: string; readonly value: unknown }>): any => {
  const changed = structuredClone(message)
  for (const { path, value } of changes) {
    const [, before, name] = /^(params\.(?:_meta\.)?)?(.*)$/.exec(path)!
    const place: any = before?.split(".").slice(0, -1).reduce((at: any, key) => at?.[key], changed) ?? changed
    if (typeof place === "object") place[name!] = value
  }
  return changed
}

it.effect.prop(
  "whatever is sent, nothing fails: each reply has a status that is known, and JSON-RPC with the id of its request (HTTP26-34)",
  {
    verb: Schema.Literals(["POST", "POST", "POST", "POST", "POST", "POST", "GET", "DELETE", "PATCH"]),
    eras: Schema.Literals(["both", "stateless"]),
    base: Schema.Literals(Object.keys(sound) as ReadonlyArray<keyof typeof sound>),
    headers: few(Schema.Struct({ name: Schema.Literals(headerNames), value: Schema.UndefinedOr(Schema.String) })),
    changes: few(Schema.Struct({ path: Schema.Literals(paths), value: Schema.UndefinedOr(Schema.Json) })),
    cut: Schema.Literals(["whole", "whole", "whole", "batch", "half"])
  },
  ({ base, changes, cut, eras, headers, verb }) =>
    serve({ streamAfter: 0 }, () =>
      Effect.gen(function*() {
        const message = change(sound[base], changes)
        const text = JSON.stringify(cut === "batch" ? [message] : message)
        const reply = yield* Client.send(verb, {
          headers: {
            ...Stateless.headersOf(sound[base]),
            ...Object.fromEntries(headers.map(({ name, value }) => [name, value]))
          },
          body: cut === "half" ? text.slice(0, text.length / 2) : text
        })
        yield* settle
        expect([200, 202, 400, 403, 404, 405, 406, 413, 415]).toContain(reply.status)
        for (const each of reply.stream?.messages ?? (reply.body === "" ? [] : [reply.json])) {
          expect(each.jsonrpc).toBe("2.0")
          expect(each.error?.code).not.toBe(-32603)
          if ("id" in each) expect(each.id).toEqual(message.id)
        }
        reply.stream?.disconnect()
        yield* settle
        expect([yield* requests, yield* streams]).toEqual([0, 0])
      }), eras === "both" ? {} : { eras: ["stateless"] }),
  { arbitrary: { runs: 500 }, timeout: 30_000 }
)
