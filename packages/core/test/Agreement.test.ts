import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Client from "../src/Client.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Revisions from "../src/revision/Revisions.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

const features = Server.tool(
  Tool.make("double", { input: { n: Schema.Finite }, output: { n: Schema.Finite } }),
  ({ n }) => Effect.succeed({ n: 2 * n })
)

const served: ReadonlyArray<NonNullable<Server.Options["eras"]>> = [["session"], ["stateless"], [
  "session",
  "stateless"
]]

const all = Revisions.all.map(({ version }) => version)

/** Each selection of revisions but none, the newest first, and some in another order. */
const selections = [
  ...Array.from(
    { length: 2 ** all.length - 1 },
    (_, bits) => all.filter((_, index) => ((bits + 1) >> index) % 2 === 1)
  ),
  all.toReversed(),
  ["2025-06-18", "2026-07-28", "2025-11-25"]
]

/** The version that client and server agree on: the first of the client's whose era the server has. */
const common = (server: ReadonlyArray<string>, client: ReadonlyArray<string>): string | undefined =>
  client.find((version) => server.includes(Revisions.byVersion(version)!.era))

/** A client of these versions meets the server, and calls a tool. */
const meet = (versions: ReadonlyArray<string>) =>
  Effect.scoped(Effect.gen(function*() {
    const [near, far] = yield* MemoryTransport.make()
    yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "agreement" }), Transport, far))
    const client = yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions })
    const { content } = yield* client.request("tools/call", { name: "double", arguments: { n: 4 } })
    return { agreed: client.server.protocolVersion, content }
  }))

const content = [{ type: "text", text: `{"n":8}` }]

describe.each(served.map((eras) => ({ eras, name: eras.join(" and ") })))("a server of the era $name", ({ eras }) => {
  it.effect.each(selections.map((versions) => versions.join(" ")))(
    "agrees with a client of %s on the best that both have, or it is said that there is none, and both go on (STDIO-23, BASE-15, VER-3, INIT-6, INIT-11)",
    (versions) =>
      Effect.gen(function*() {
        const spoken = versions.split(" ")
        const agreed = common(eras, spoken)
        const met = yield* Effect.exit(meet(spoken))
        if (agreed !== undefined) expect(met).toEqual(Exit.succeed({ agreed, content }))
        else expect(Exit.findErrorOption(met)).toMatchObject({ value: { reason: { _tag: "NoCommonVersion", spoken } } })
        yield* Conversation.settle
        expect(yield* (yield* Server.Server).connections).toBe(0)
        expect(yield* meet(all)).toEqual({ agreed: common(eras, all), content })
      }).pipe(Conversation.withServer(features, { eras }))
  )
})
