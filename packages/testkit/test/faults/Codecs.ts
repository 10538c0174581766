/**
 * Faults of how messages are read: what is no message is taken for one, what is one is not, and what is in it is trusted.
 *
 * @since 0.1.0
 */
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Mutation from "@mcp-effect/testkit/Mutation"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Fault } from "./Fault.ts"
import * as Mutant from "./Mutant.ts"
import * as Specimen from "./Specimen.ts"

const hostile = "hostile messages do no harm"
const conversation = "every well-formed conversation is answered, to its end"

const mutant = Mutant.faultOf("./Specimen.ts", Specimen.laws())

type Middleware = Parameters<typeof Server.middleware<never>>[0]

const Say = Tool.make("say", { input: { text: Schema.String } })

const serving = (middleware: Middleware): ReadonlyArray<Law.Law> => [
  Mutation.law(
    Server.layer(
      { name: "trusting", version: "1.0.0" },
      Layer.merge(Server.tool(Say, ({ text }) => Effect.succeed(text)), Server.middleware(middleware))
    ),
    { versions: [Revisions.latestOfSessionEra.version] }
  )
]

type Members = { [name: string]: unknown }

const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null

/** Every member of one, and of what is in it, into the other. */
const merge = (into: Members, from: Members, mayHave: (name: string) => boolean): void => {
  for (const [name, value] of Object.entries(from)) {
    if (!mayHave(name)) continue
    const own = into[name]
    if (isMembers(value) && isMembers(own)) merge(own, value, mayHave)
    else into[name] = value
  }
}

const remembering = (mayHave: (name: string) => boolean): Middleware => {
  return (request, next) =>
    Effect.suspend(() => {
      merge({}, { ...request.params }, mayHave)
      return next
    })
}

const limiting = (length: (text: unknown) => number): Middleware => (request, next) => {
  const params: Members = { ...request.params }
  const given = params["arguments"]
  return request.method === "tools/call" && length(isMembers(given) ? given["text"] : undefined) > 100
    ? Effect.interrupt
    : next
}

export const faults: ReadonlyArray<Fault> = [
  {
    name: "params that are merged into an object, whatever they name",
    caughtBy: hostile,
    faulty: serving(remembering(() => true)),
    sound: serving(remembering((name) => name !== "__proto__" && name !== "constructor"))
  },
  {
    name: "arguments that are trusted before they are decoded",
    caughtBy: hostile,
    faulty: serving(limiting((text) => (text as string).length)),
    sound: serving(limiting((text) => typeof text === "string" ? text.length : 0))
  },
  mutant("an id that is null, and is answered", hostile, {
    file: "core/src/JsonRpc.ts",
    text: "typeof u === \"string\" ?",
    by: "u === null ? true : typeof u === \"string\" ?"
  }),
  mutant("a batch of which the first is read alone", conversation, {
    file: "core/src/Peer.ts",
    text: "for (const json of batch)",
    by: "for (const json of batch.slice(0, 1))"
  })
]
