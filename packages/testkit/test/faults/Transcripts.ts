/**
 * Faults that transcripts find.
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import * as Progress from "@mcp-effect/core/Progress"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import type { Receive, Transport } from "@mcp-effect/core/Transport"
import * as Redaction from "@mcp-effect/testkit/Redaction"
import * as Replay from "@mcp-effect/testkit/Replay"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Fault } from "./Fault.ts"

const entries = Result.getOrThrow(Transcript.parse(`# A call with progress, and another
> {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"host","version":"1.0.0"}}}
< {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18","capabilities":{"logging":{},"tools":{"listChanged":true}},"serverInfo":{"name":"counter","version":"1.0.0"}}}
> {"jsonrpc":"2.0","method":"notifications/initialized"}
> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":{},"_meta":{"progressToken":1}}}
< {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}
< {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"1"}]}}
> {"jsonrpc":"2.0","id":2,"method":"ping"}
< {"jsonrpc":"2.0","id":2,"result":{}}
`))

const counter = (text: string) =>
  Server.layer(
    { name: "counter", version: "1.0.0" },
    Server.tool(Tool.make("count"), () => Effect.as(Progress.report({ progress: 1 }), text))
  )

const caughtBy = "the counter says what it said before"

const replayed = (server: ReturnType<typeof counter>, wire: Wire.Wire = Wire.memory) => [
  Replay.law(caughtBy, entries, server, { wire })
]

/** A wire on which what the server says is heard so. */
const hearing = (hear: (receive: Receive) => Receive): Wire.Wire => ({
  ...Wire.memory,
  serve: Effect.map(
    Wire.memory.serve,
    Effect.map((transport): Transport["Service"] => ({ ...transport, run: (receive) => transport.run(hear(receive)) }))
  )
})

const isProgress = (json: unknown) => (json as { readonly method?: string }).method === "notifications/progress"

const sound = replayed(counter("1"))

const byClient = "the host says what it said before"

const ofClient = (ping: (client: Client.Methods) => Effect.Effect<unknown, unknown>) => [
  Replay.clientLaw(
    byClient,
    entries.filter((_, index) => index < 3 || index > 5).map((entry) => ({
      ...entry,
      message: JSON.parse(JSON.stringify(entry.message).replace(`"id":2`, `"id":1`))
    })),
    (transport) =>
      Effect.flatMap(Client.make({ name: "host", version: "1.0.0", transport, versions: ["2025-06-18"] }), ping),
    { mode: "lenient" }
  )
]

const redacting = (rules: Redaction.Rules) => [
  Redaction.law("no account number is left", {
    rules,
    secret: Arbitrary.schema(Schema.String.check(Schema.isPattern(/^[A-Z]{2}[0-9]{14}$/))),
    message: (secret) => ({
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32000, message: `Not payable: ${secret}`, data: [{ homeIban: secret }] }
    })
  })
]

export const faults: ReadonlyArray<Fault> = [
  {
    name: "an answer that has changed in one member",
    caughtBy,
    faulty: replayed(counter("2")),
    sound
  },
  {
    name: "a notification that is lost",
    caughtBy,
    faulty: replayed(counter("1"), hearing((receive) => (json) => isProgress(json) ? undefined : receive(json))),
    sound
  },
  {
    name: "an answer that comes before its progress",
    caughtBy,
    faulty: replayed(
      counter("1"),
      hearing((receive) => {
        const held: Array<unknown> = []
        return (json) => {
          if (isProgress(json)) return held.push(json)
          receive(json)
          for (const late of held.splice(0)) receive(late)
        }
      })
    ),
    sound
  },
  {
    name: "an answer that is given twice",
    caughtBy,
    faulty: replayed(
      counter("1"),
      hearing((receive) => (json) => {
        receive(json)
        if ((json as { readonly id?: number }).id === 2) receive(json)
      })
    ),
    sound
  },
  {
    name: "a client that asks for something else",
    caughtBy: byClient,
    faulty: ofClient((client) => Effect.andThen(client.ping(), client.ping())),
    sound: ofClient((client) => client.ping())
  },
  {
    name: "a secret that is not redacted",
    caughtBy: "no account number is left",
    faulty: redacting(Redaction.defaults),
    sound: redacting(Redaction.rules({ members: ["iban"] }))
  }
]
