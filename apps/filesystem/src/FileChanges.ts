/**
 * The changes of files that clients subscribe to.
 *
 * Not who is subscribed: the server knows that, and runs each stream for as long as anyone is.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as FileUri from "./FileUri.ts"
import { Sandbox } from "./Sandbox.ts"
import { watchFiles } from "./WatchFiles.ts"

/**
 * The service.
 *
 * `of` are the changes of one URI; a directory changes when something in it does. The last one is that it cannot be watched any
 * more. `started` waits until a watch of the URI that is being set up notices changes.
 *
 * @category services
 * @since 0.1.0
 */
export class FileChanges extends Context.Service<FileChanges, {
  readonly of: (uri: string) => Stream.Stream<unknown>
  readonly started: (uri: string) => Effect.Effect<void>
}>()("@mcp-effect/filesystem/FileChanges") {}

/**
 * The changes of what the operator allows.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<FileChanges, never, Sandbox> = Layer.effect(
  FileChanges,
  Effect.gen(function*() {
    const sandbox = yield* Sandbox
    const starting = new Map<string, Deferred.Deferred<void>>()
    const watch = (uri: string, path: string) =>
      Effect.suspend(() => {
        const start = Deferred.makeUnsafe<void>()
        starting.set(uri, start)
        return Effect.ensuring(
          Effect.provideService(watchFiles(path), Sandbox, sandbox),
          Effect.suspend(() => {
            if (starting.get(uri) === start) starting.delete(uri)
            return Deferred.succeed(start, undefined)
          })
        )
      })
    return {
      of: (uri) => {
        const path = FileUri.toPath(uri)
        return path === undefined
          ? Stream.empty
          : Stream.catch(Stream.unwrap(watch(uri, path)), () => Stream.succeed(undefined))
      },
      started: (uri) =>
        Effect.suspend(() => {
          const start = starting.get(uri)
          return start === undefined ? Effect.void : Deferred.await(start)
        })
    }
  })
)
