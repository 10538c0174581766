/**
 * Good messages, of both eras, to make hostile ones of; most are for what the target has.
 *
 * They are sent as they are by nobody: what a good client asks is the judge's business.
 */
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Generators from "@mcp-effect/testkit/Generators"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"

/** A message without its id. */
export type Message = { readonly [member: string]: unknown }

const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

const requests: ReadonlyArray<readonly [method: string, params: Message]> = [
  ["initialize", {
    protocolVersion: Revisions.latestOfSessionEra.version,
    capabilities: { sampling: {}, roots: { listChanged: true }, elicitation: {} },
    clientInfo: { name: "mutations", version: "1.0.0" }
  }],
  ["ping", { _meta: { progressToken: 1 } }],
  ["server/discover", {}],
  ["tools/list", { cursor: "1.x" }],
  ["tools/list", {}],
  ["tools/call", { name: "echo", arguments: { value: [1, { a: "b" }] }, _meta: { progressToken: "t" } }],
  ["tools/call", { name: "typed", arguments: { n: 1, list: ["a", "b"] } }],
  ["tools/call", { name: "slow", arguments: { n: 5 } }],
  ["tools/call", { name: "steps", _meta: { progressToken: 7, traceparent: trace } }],
  ["tools/call", { name: "ask" }],
  ["tools/call", { name: "ask", inputResponses: { a: { model: "m", role: "assistant", content: [] } } }],
  ["tools/call", { name: "ask", inputResponses: {}, requestState: "AAAA.BBBB" }],
  ["resources/list", {}],
  ["resources/templates/list", {}],
  ["resources/read", { uri: "test:items/1" }],
  ["resources/read", { uri: "test:r" }],
  ["resources/subscribe", { uri: "test:r" }],
  ["resources/unsubscribe", { uri: "test:r" }],
  ["prompts/list", { _meta: { traceparent: trace } }],
  ["prompts/get", { name: "p", arguments: { a: "x", n: "1" } }],
  ["completion/complete", {
    ref: { type: "ref/resource", uri: "test:items/{id}" },
    argument: { name: "id", value: "1" },
    context: { arguments: { id: "1" } }
  }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }],
  ["logging/setLevel", { level: "info" }],
  ["subscriptions/listen", { notifications: { toolsListChanged: true, resourceSubscriptions: ["test:r"] } }]
]

const notifications: ReadonlyArray<readonly [method: string, params: Message]> = [
  ["notifications/initialized", {}],
  ["notifications/cancelled", { requestId: 1, reason: "x" }],
  ["notifications/progress", { progressToken: 1, progress: 1, total: 2, message: "x" }],
  ["notifications/roots/list_changed", {}]
]

const { version } = Revisions.latest

/** The `_meta` of a request that stands for itself. */
export const meta: Message = {
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientInfo": { name: "mutations", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } }
}

const standing = ({ _meta: own, ...params }: Message): Message => ({
  ...params,
  _meta: typeof own === "object" ? { ...meta, ...own } : meta
})

/** The first message of a session. */
export const hello = (revision: Revision): Message => ({
  jsonrpc: "2.0",
  id: "hello",
  method: "initialize",
  params: {
    protocolVersion: revision.version,
    capabilities: { sampling: {} },
    clientInfo: { name: "mutations", version: "1.0.0" }
  }
})

const generated = Revisions.all.flatMap(({ version }) =>
  Effect.runSync(
    Arbitrary.sampleEffect(Generators.message(version), { count: 60, size: 5, seed: version, maxDiscards: 1000 })
  )
)

/** All of them; those with an `id` get another one each time. */
export const all: ReadonlyArray<Message> = [
  ...[1, 2, 3].flatMap(() => [
    ...requests.map(([method, params]) => ({ jsonrpc: "2.0", id: 0, method, params })),
    ...requests.map(([method, params]) => ({ jsonrpc: "2.0", id: 0, method, params: standing(params) })),
    ...notifications.map(([method, params]) => ({ jsonrpc: "2.0", method, params }))
  ]),
  ...generated.map((message): Message => ({ ...message }))
]
