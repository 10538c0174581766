/**
 * What loads the laws of a mutant: whatever this module imports is the mutant's own.
 *
 * @since 0.1.0
 */
import type * as Law from "@mcp-effect/testkit/Law"

/** The laws of a module that has `laws()`. */
export const load = async (module: string): Promise<ReadonlyArray<Law.Law>> => {
  const { laws } = await import(module) as { readonly laws: () => ReadonlyArray<Law.Law> }
  return laws()
}
