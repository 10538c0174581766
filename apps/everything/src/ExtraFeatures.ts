/**
 * A tool, a resource and a prompt that come and go while the server runs; clients are told that the lists have changed.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#list-changed-notification
 */
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"

const Toggle = Tool.make("toggle_extra_features", {
  description: "Offers the extra tool, resource and prompt, or takes them away",
  input: { enabled: Schema.Boolean }
})

const extra = Layer.mergeAll(
  Server.tool(Tool.make("extra_tool"), () => Effect.succeed("I was not always here")),
  Server.resource(Resource.make("test://extra", { name: "extra" }), () => Effect.succeed("I was not always here")),
  Server.prompt(Prompt.make("extra_prompt"), () => Effect.succeed("Were you always here?"))
)

/** The tool that toggles the others. */
export const layer = Layer.unwrap(Effect.gen(function*() {
  const server = yield* Effect.scope
  const current = yield* SynchronizedRef.make<Scope.Closeable | undefined>(undefined)
  return Server.tool(Toggle, ({ enabled }) =>
    SynchronizedRef.updateEffect(current, (scope) =>
      Effect.gen(function*() {
        if (enabled === (scope !== undefined)) return scope
        if (scope !== undefined) {
          yield* Scope.close(scope, Exit.void)
          return undefined
        }
        const fresh = yield* Scope.fork(server)
        yield* Layer.buildWithScope(extra, fresh)
        return fresh
      })).pipe(Effect.as(enabled ? "The extra features are here" : "The extra features are gone")))
}))
