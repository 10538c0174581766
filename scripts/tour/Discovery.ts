/**
 * What a client finds out about its server, as a table.
 */
import type * as Client from "@mcp-effect/core/Client"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Effect from "effect/Effect"
import * as Terminal from "./Terminal.ts"

/** Shows what these clients know of their servers, a column each. */
export const show = Effect.fnUntraced(function*(
  clients: ReadonlyArray<Client.Methods>
): Effect.fn.Return<void, SessionError> {
  const columns = yield* Effect.forEach(clients, (client) =>
    Effect.gen(function*() {
      const { capabilities, era, info, protocolVersion } = client.server
      const count = (capability: object | undefined, items: Client.Methods["tools" | "prompts" | "resources"]) =>
        capability === undefined
          ? Effect.succeed("none")
          : Effect.map(items as Effect.Effect<{ readonly items: ReadonlyArray<unknown> }, SessionError>, ({ items }) =>
            String(items.length))
      return [
        info === undefined ? "unnamed" : `${info.name} ${info.version}`,
        protocolVersion,
        era,
        yield* count(capabilities.tools, client.tools),
        yield* count(capabilities.resources, client.resources),
        yield* count(capabilities.prompts, client.prompts),
        Object.keys(capabilities).join(" ")
      ]
    }))
  const names = ["server", "revision", "era", "tools", "resources", "prompts", "capabilities"]
  yield* Terminal.table(names.map((name, row) => [name, ...columns.map((column) => column[row]!)]))
})
