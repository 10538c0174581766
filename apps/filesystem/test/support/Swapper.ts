/**
 * Someone else in the file system who keeps swapping a name for a link, in a thread of its own.
 *
 * Not timed: it makes a given number of swaps as fast as it can and ends.
 *
 * @see https://cwe.mitre.org/data/definitions/367.html
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Worker } from "node:worker_threads"

const script = `
const { workerData } = require("node:worker_threads")
const fs = require("node:fs")
const { path, target, swaps } = workerData
for (let swap = 0; swap < swaps; swap++) {
  // The real thing steps aside, the link takes its name; then back.
  fs.renameSync(path, path + ".aside")
  fs.symlinkSync(target, path)
  fs.unlinkSync(path)
  fs.renameSync(path + ".aside", path)
}
`

/** Starts swapping `path` for a link to `target`; `done` says when the last swap was made. */
export const swapping = (
  path: string,
  target: string,
  swaps: number
): Effect.Effect<{ readonly done: () => boolean }, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const state = { ended: false }
        const worker = new Worker(script, { eval: true, workerData: { path, target, swaps } })
        worker.on("exit", () => {
          state.ended = true
        })
        return { worker, state }
      }),
      ({ worker }) => Effect.promise(() => worker.terminate())
    ),
    ({ state }) => ({ done: () => state.ended })
  )
