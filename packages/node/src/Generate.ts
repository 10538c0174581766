/**
 * `mcp-effect generate`: declares in TypeScript what a live server offers.
 *
 * It does not run what it writes, and standard output has nothing but that.
 *
 * @since 0.1.0
 */

import * as Client from "@mcp-effect/core/Client"
import type { SessionError } from "@mcp-effect/core/SessionError"
import type { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as ChildEnvironment from "./ChildEnvironment.ts"
import * as ChildProcessTransport from "./ChildProcessTransport.ts"
import * as ContractSource from "./ContractSource.ts"

/**
 * It was not said which server, or two were.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoServer extends Schema.TaggedError<NoServer>()("NoServer", {}) {
  override get message(): string {
    return "Name one server: by --url, or by the command that starts it, after --"
  }
}

/**
 * The source for the server at the other end of a transport.
 *
 * @category constructors
 * @since 0.1.0
 */
export const source = Effect.fnUntraced(function*(
  transport: Transport["Service"]
): Effect.fn.Return<string, SessionError, Scope.Scope> {
  const client = yield* Client.make({ name: "mcp-effect", version: "0.1.0", transport })
  const { capabilities, info, protocolVersion } = client.server
  const tools = capabilities.tools === undefined ? undefined : yield* client.tools
  const prompts = capabilities.prompts === undefined ? undefined : yield* client.prompts
  for (const [kind, listing] of [["tools", tools], ["prompts", prompts]] as const) {
    if (listing?.incomplete !== undefined) {
      yield* Effect.logWarning(`The list of ${kind} is cut off: too many ${listing.incomplete}`)
    }
  }
  const name = info === undefined ? "a server" : `${info.name} ${info.version}`
  return ContractSource.make({
    from: `${name}, revision ${protocolVersion}`,
    tools: tools?.items ?? [],
    prompts: prompts?.items ?? []
  })
})

const connect = Effect.fnUntraced(function*(
  url: Option.Option<string>,
  [command, ...args]: ReadonlyArray<string>,
  named: ReadonlyArray<string>
): Effect.fn.Return<Transport["Service"], NoServer | TransportError | Config.ConfigError, Scope.Scope> {
  if (Option.isSome(url) === (command !== undefined)) return yield* new NoServer()
  if (command !== undefined) {
    const inheritEnv = [...ChildEnvironment.defaultInherited, ...named]
    return yield* ChildProcessTransport.make({ command, args, inheritEnv })
  }
  // a token on the command line would be seen by everybody on the machine
  const token = yield* Config.option(Config.Redacted("MCP_TOKEN"))
  return yield* HttpClientTransport.make({
    url: Option.getOrThrow(url),
    headers: Option.match(token, {
      onNone: () => ({}),
      onSome: (token) => ({ authorization: Redacted.make(`Bearer ${Redacted.value(token)}`) })
    })
  }).pipe(Effect.provide(FetchHttpClient.layer))
})

/**
 * The command. `MCP_TOKEN` in the environment is sent to the URL as a bearer token.
 *
 * @category commands
 * @since 0.1.0
 */
export const command = Command.make("generate", {
  url: Flag.String("url").pipe(
    Flag.withDescription("The URL of a server over HTTP; MCP_TOKEN of the environment goes with it as bearer token"),
    Flag.optional
  ),
  output: Flag.String("output").pipe(
    Flag.withAlias("o"),
    Flag.withDescription("The file to write; standard output by default"),
    Flag.optional
  ),
  env: Flag.String("env").pipe(
    Flag.withDescription("The name of a variable of the environment that the server sees too; may be given again"),
    Flag.atLeast(0)
  ),
  server: Argument.String("command").pipe(
    Argument.withDescription("The command that starts a server over stdio, and its arguments, after --"),
    Argument.variadic()
  )
}, ({ env, output, server, url }) =>
  Effect.scoped(Effect.gen(function*() {
    const text = yield* source(yield* connect(url, server, env))
    if (Option.isSome(output)) {
      const files = yield* FileSystem.FileSystem
      yield* files.writeFileString(output.value, text)
      return yield* Effect.logInfo(`Wrote ${output.value}`)
    }
    const { stdout } = yield* Stdio.Stdio
    yield* Stream.run(Stream.succeed(text), stdout())
  }))).pipe(Command.withDescription("Write TypeScript that declares what a server offers, to call it by"))
