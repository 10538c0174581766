/**
 * `npm run conformance:client -- URL`: connects to the server at the URL and uses what it has, as a scenario of the conformance suite asks.
 *
 * The suite says in the environment which scenario it is, and which revision to speak at most; without it, the client does everything it can.
 */
import * as Client from "@mcp-effect/core/Client"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Program from "@mcp-effect/node/Program"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ClientScenarios from "./ClientScenarios.ts"

const environment = Config.all({
  scenario: Config.withDefault(Config.String("MCP_CONFORMANCE_SCENARIO"), "everything"),
  context: Config.withDefault(Config.String("MCP_CONFORMANCE_CONTEXT"), "null"),
  version: Config.option(Config.String("MCP_CONFORMANCE_PROTOCOL_VERSION"))
})

const versions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const main = Effect.gen(function*() {
  const url = process.argv.at(-1) ?? ""
  const { context, scenario, version } = yield* environment
  const asked = yield* Schema.decodeEffect(Schema.fromJsonString(Schema.Unknown))(context)
  const transport = yield* HttpClientTransport.make({ url })
  const client = yield* Client.make({
    name: "everything-client",
    version: "0.1.0",
    transport,
    // dates of the same form are in order as texts
    versions: versions.filter((known) => Option.isNone(version) || known <= version.value)
  }, ClientScenarios.handlers)
  yield* Effect.logInfo(`${scenario}: ${client.server.protocolVersion}`)
  yield* ClientScenarios.scenario(scenario)(client, asked)
})

main.pipe(Effect.scoped, Effect.provide(FetchHttpClient.layer), Program.run)
