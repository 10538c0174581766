/**
 * A folder for one test.
 *
 * It is not there any more when the test is over.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const make = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "testkit-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
