/**
 * How the sample servers of this repository are started.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { join } from "node:path"
import * as Target from "../conformance/Target.ts"

export const root = join(import.meta.dirname, "..", "..")

/** The arguments for Node to run a sample server. */
export const args = (name: string, ...rest: ReadonlyArray<string>): ReadonlyArray<string> => [
  "--conditions=@mcp-effect/source",
  join(root, "apps", name, "src", "main.ts"),
  ...rest
]

/** A sample server over HTTP, on a free port, until the scope ends; gives its URL. */
export const http = (name: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => Target.start([...args(name, "http", "--port", "0")])),
      (target) => Effect.promise(() => target.stop())
    ),
    ({ url }) => url
  )
