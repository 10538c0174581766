/**
 * A `KnownRevision` is the revision that an author has named by its version, which has to be there.
 *
 * It is not for versions that peers name.
 *
 * @since 0.1.0
 */
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"

/**
 * The revision of a version; throws where there is none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (version: string): Revision => {
  const revision = Revisions.byVersion(version)
  if (revision === undefined) throw new Error(`There is no revision ${version}`)
  return revision
}
