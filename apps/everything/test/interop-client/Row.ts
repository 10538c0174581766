/**
 * The rows of the table: our client with a server of another library, over a transport, in a revision.
 */
import { describe, expect, layer } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import type { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { fileURLToPath } from "node:url"
import * as Scenario from "./Scenario.ts"
import { calls } from "./scenarios/Calls.ts"
import { data } from "./scenarios/Data.ts"
import { news } from "./scenarios/News.ts"
import { reverseRequests } from "./scenarios/ReverseRequests.ts"
import { sessions } from "./scenarios/Sessions.ts"
import * as ServerProcess from "./ServerProcess.ts"

/** A way to a server: each connection has a transport of its own. */
type Connect = Effect.Effect<Transport["Service"], TransportError, Scope.Scope>

/** What is not there, by the tool or the capability that a scenario needs, and why. */
export type Lacks = { readonly [needs: string]: string }

/** A server of another library over one transport. */
export interface Way {
  readonly transport: string
  readonly open: Effect.Effect<Connect, never, Scope.Scope>
  /** The revisions that it speaks, the best first. */
  readonly versions: ReadonlyArray<string>
  readonly lacks?: (version: string) => Lacks
}

/** A library, by the program that was written with it. */
export interface Library {
  readonly name: string
  readonly ways: ReadonlyArray<Way>
  /** The scenarios, where they are not those that all programs share. */
  readonly scenarios?: Scenario.Scenarios
}

const shared: Scenario.Scenarios = { ...sessions, ...calls, ...reverseRequests, ...data, ...news }

const program = (name: string) => fileURLToPath(new URL(`../support/servers/${name}.ts`, import.meta.url))

/** A program in `support/servers` over stdio. */
export const overStdio = (name: string): Way["open"] =>
  Effect.succeed(ChildProcessTransport.make({ command: process.execPath, args: [program(name), "stdio"] }))

/** The server at a URL. */
export const at = (url: string): Connect =>
  HttpClientTransport.make({ url }).pipe(Effect.provide(FetchHttpClient.layer))

/** A program in `support/servers` that listens, and prints where on standard error. */
export const overHttp = (name: string, argument: string): Way["open"] =>
  Effect.map(
    ServerProcess.start({
      args: [program(name), argument],
      url: (printed) => /^(http:\/\/127\.0\.0\.1:\d+\/\w+)$/m.exec(printed)?.[1]
    }),
    at
  )

const handlers = Layer.mergeAll(
  Client.sampling(({ messages }) => {
    const [content] = messages.flatMap(({ content }) => content)
    const text = content?.type === "text" ? content.text : "nothing"
    return Effect.succeed({ role: "assistant", content: { type: "text", text: `You said: ${text}` }, model: "parrot" })
  }),
  // what has to be filled in; the rest is proposed
  Client.elicitation({
    form: ({ requestedSchema }) =>
      Effect.succeed({
        action: "accept",
        content: Object.hasOwn(requestedSchema.properties, "colour") ? { colour: "green" } : { name: "Ada" }
      })
  }),
  Client.roots([{ uri: "file:///here" }, { uri: "file:///there", name: "There" }])
)

const self = { name: "interop-client", version: "0.1.0" }

class Opened extends Context.Service<Opened, Connect>()("test/interop-client/Opened") {}

class Connected extends Context.Service<Connected, Scenario.Connected>()("test/interop-client/Connected") {}

let connections = 0

const connect = (version: string) =>
  Layer.effect(
    Connected,
    Effect.gen(function*() {
      const transport = yield* yield* Opened
      const client = yield* Client.make({ ...self, transport, versions: [version] }, handlers)
      return { client, version, name: `${version} ${++connections}` }
    })
  )

const isOffered = Effect.fnUntraced(function*({ client }: Scenario.Connected, needs: string) {
  const { capabilities } = client.server
  const declared = needs.split(".").reduce<unknown>(
    (here, key) => typeof here === "object" && here !== null ? Reflect.get(here, key) : undefined,
    capabilities
  )
  if (declared !== undefined && declared !== false) return true
  const { items } = yield* client.tools
  if (!items.some(({ name }) => name === needs)) return false
  // some libraries list what they then refuse to do
  const called = yield* Effect.exit(client.callTool(needs))
  return Exit.isSuccess(called) && called.value.isError !== true
})

/** Tests of a library: one list of scenarios for all ways to it, in each revision; what it lacks is a test that it is not there. */
export const interop = ({ name, scenarios = shared, ways }: Library): void => {
  describe.each(ways)(`${name} over $transport`, { concurrent: false }, ({ lacks, open, versions }) => {
    layer(Layer.effect(Opened, open), { excludeTestServices: true, timeout: "30 seconds" })((it) => {
      it.effect(`is found to speak ${versions[0]} (VER-3, VER-19)`, () =>
        Effect.gen(function*() {
          const transport = yield* yield* Opened
          const client = yield* Client.make({ ...self, transport }, handlers)
          expect(client.server.protocolVersion).toBe(versions[0])
        }))

      for (const version of versions) {
        it.layer(connect(version), { timeout: "30 seconds" })(`in ${version}`, (it) => {
          const lacking = lacks?.(version) ?? {}
          const all = Object.entries(scenarios).filter(([, scenario]) => Scenario.isFor(scenario, version))
          for (const [sentence, scenario] of all) {
            if (!Object.hasOwn(lacking, scenario.needs)) {
              it.effect(sentence, () => Effect.flatMap(Connected, scenario.run))
            }
          }
          for (const [needs, why] of Object.entries(lacking)) {
            it.effect(`does not offer ${needs}: ${why}`, () =>
              Effect.gen(function*() {
                expect(yield* isOffered(yield* Connected, needs)).toBe(false)
              }))
          }
        })
      }
    })
  })
}
