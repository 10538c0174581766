/**
 * Files as resources: the allowed directories are listed, and a template stands for everything in them.
 *
 * Not a listing of all files: a client reads a directory to see what is in it, or completes a path.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 */
import type { ListResourcesResult } from "@mcp-effect/core/protocol/Resource"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodePath from "node:path"
import * as ClientRoots from "./ClientRoots.ts"
import { FileChanges } from "./FileChanges.ts"
import * as FileUri from "./FileUri.ts"
import { completePath } from "./PathCompletion.ts"
import { readResource, refusal } from "./ReadResource.ts"
import type { Root } from "./Root.ts"
import { type Access, Sandbox } from "./Sandbox.ts"

/**
 * Whatever is in the allowed directories.
 *
 * @category templates
 * @since 0.1.0
 */
export const Files = ResourceTemplate.make("file:///{+path}", {
  name: "file",
  title: "File or directory",
  description:
    "A file as text or bytes, or a directory as the URIs of what is in it; the path is absolute, without its " +
    "leading slash"
})

const rootResource = ({ given }: Root) =>
  Resource.make(FileUri.fromPath(given), {
    name: NodePath.basename(given) || given,
    description: "An allowed directory: the URIs of what is in it",
    mimeType: "inode/directory"
  })

const read = (uri: string) => ClientRoots.within(readResource(uri))

const files = Layer.unwrap(Effect.gen(function*() {
  const sandbox = yield* Sandbox
  const changes = yield* FileChanges
  return Layer.mergeAll(
    Server.resourceTemplate(Files, (_variables, uri) => read(uri), {
      changes: (_variables, uri) => changes.of(uri),
      complete: {
        path: (value) =>
          Effect.catch(
            Effect.provideServiceEffect(completePath(value), Sandbox, ClientRoots.shown),
            () => Effect.succeed([])
          )
      }
    }),
    ...sandbox.roots.map((root) => Server.resource(rootResource(root), read, { changes: changes.of }))
  )
}))

// A subscription outlives the request, so what the client may reach is settled before it begins.
const subscribed = Effect.fnUntraced(function*(uri: string) {
  const path = FileUri.toPath(uri)
  if (path === undefined) return yield* ProtocolError.resourceNotFound(uri)
  const access = yield* ClientRoots.access
  yield* Effect.mapError(Effect.scoped(access.hold(path)), (error) => refusal(uri, error))
})

const isReachable = (access: Access, uri: string): Effect.Effect<boolean> => {
  const path = FileUri.toPath(uri)
  return path === undefined ? Effect.succeed(true) : Effect.isSuccess(Effect.scoped(access.hold(path)))
}

const reachable = Effect.fnUntraced(function*(listed: ListResourcesResult) {
  const access = yield* ClientRoots.shown
  return { ...listed, resources: yield* Effect.filter(listed.resources, ({ uri }) => isReachable(access, uri)) }
})

const untold = (error: SessionError) => Effect.fail(ProtocolError.internalError(error.message))

const guard = Layer.unwrap(Effect.map(FileChanges, (changes) =>
  Server.middleware((request, next) => {
    switch (request.method) {
      case "resources/subscribe": {
        // the params of this method
        const { uri } = request.params as { readonly uri: string }
        return subscribed(uri).pipe(
          Effect.catchTag("SessionError", untold),
          Effect.andThen(next),
          Effect.tap(() => changes.started(uri))
        )
      }
      case "resources/list":
        return Effect.flatMap(next, (listed) =>
          reachable(listed as ListResourcesResult).pipe(
            // the result of this method, and one of its kind again
            Effect.map((result) => result as typeof listed),
            Effect.catchTag("SessionError", untold)
          ))
      default:
        return next
    }
  })))

/**
 * The resources, and what keeps each client inside its roots.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = Layer.mergeAll(files, guard)
