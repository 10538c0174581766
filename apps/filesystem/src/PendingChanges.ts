/**
 * Changed paths between the system that reports them and a reader that may be slow.
 *
 * Not a log: a path that waits already is not added again, and past a limit one entry stands for all that was lost.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PathError } from "./FileError.ts"

/**
 * A change; `path` is absolute, in the client's words. With `missed` it stands for everything at and below the path, since
 * more changed there than could be told.
 *
 * @category models
 * @since 0.1.0
 */
export interface FileChange {
  readonly path: string
  readonly missed: boolean
}

/**
 * The two ends: functions for the side that reports, which never wait, and a stream for the side that reads.
 *
 * @category models
 * @since 0.1.0
 */
export interface PendingChanges {
  readonly add: (path: string) => void
  readonly miss: () => void
  readonly fail: (error: PathError) => void
  readonly stream: Stream.Stream<FileChange, PathError>
}

/**
 * Makes both ends; `top` is the path that stands for lost ones, `max` the number of paths that can wait. The stream ends with
 * the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  top: string,
  max: number
): Effect.fn.Return<PendingChanges, never, Scope.Scope> {
  const queue = yield* Effect.acquireRelease(Queue.unbounded<FileChange, PathError>(), Queue.shutdown)
  const waiting = new Set<string>()
  // Not a path: no path has a null character in it.
  const lost = "\0"
  const miss = () => {
    if (waiting.has(lost)) return
    waiting.add(lost)
    Queue.offerUnsafe(queue, { path: top, missed: true })
  }
  return {
    add: (path) => {
      if (waiting.has(path)) return
      if (waiting.size >= max) return miss()
      waiting.add(path)
      Queue.offerUnsafe(queue, { path, missed: false })
    },
    miss,
    fail: (error) => {
      Queue.failCauseUnsafe(queue, Cause.fail(error))
    },
    stream: Stream.map(Stream.fromQueue(queue), (change) => {
      waiting.delete(change.missed ? lost : change.path)
      return change
    })
  }
})
