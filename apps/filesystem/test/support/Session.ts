/**
 * A client in the same process, connected to the server over some directories.
 *
 * Not a shortcut: every message crosses the protocol in both directions.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 */
import * as Client from "@mcp-effect/core/Client"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import type { CallToolResult } from "@mcp-effect/core/protocol/Tool"
import * as Server from "@mcp-effect/core/Server"
import type * as SessionError from "@mcp-effect/core/SessionError"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as FileError from "../../src/FileError.ts"
import * as Filesystem from "../../src/Filesystem.ts"

/** Connects one more client. */
export const connect = Effect.fnUntraced(function*(
  handlers: Layer.Layer<never, never, Client.Registry> = Layer.empty,
  version: string = "2025-11-25"
): Effect.fn.Return<Client.Methods, SessionError.SessionError, Server.Server | Scope.Scope> {
  const server = yield* Server.Server
  const [near, far] = yield* MemoryTransport.make()
  const { receive } = yield* server.connect(far, { sessionId: crypto.randomUUID() })
  yield* Effect.forkScoped(far.run(receive))
  return yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version] }, handlers)
})

/** Runs a test with a server over these directories; clients end before it. */
export const serving = (...directories: ReadonlyArray<string>) =>
<A, E, R>(
  test: Effect.Effect<A, E, R>
): Effect.Effect<A, E | FileError.PathError, Exclude<Exclude<R, Scope.Scope>, Server.Server | Server.Registry>> =>
  Effect.provide(Effect.scoped(test), Filesystem.layer(directories))

/** The result of a call. */
export const call = (
  client: Client.Methods,
  name: string,
  input: { readonly [name: string]: unknown } = {}
): Effect.Effect<CallToolResult, SessionError.SessionError> => client.request("tools/call", { name, arguments: input })

/** The structured part of a result that is no error. */
export const output = (
  client: Client.Methods,
  name: string,
  input: { readonly [name: string]: unknown } = {}
): Effect.Effect<unknown, SessionError.SessionError> =>
  Effect.map(call(client, name, input), (result) => result.isError === true ? result : result.structuredContent)

/** The declared error in a result that is one. */
export const failure = ({ _meta, structuredContent }: CallToolResult): unknown =>
  structuredContent ?? _meta?.[Tool.errorMetaKey]

/** The texts in a result. */
export const texts = ({ content }: CallToolResult): ReadonlyArray<string> =>
  content.map((block) => block.type === "text" ? block.text : `(${block.type})`)
