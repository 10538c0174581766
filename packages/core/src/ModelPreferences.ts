/**
 * `ModelPreferences` choose a model of the client's by what a server would like: by name if it knows one, else by what matters to it.
 *
 * They bind nobody: the client decides (SAMP-11).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#model-preferences
 *
 * @since 0.1.0
 */
import type { ModelPreferences } from "./protocol/Sampling.ts"

/**
 * A model of the client's. What it is good at goes from 0 to 1, as the priorities of servers do: `cost` is 1 for the cheapest. What is left out
 * counts as 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Model {
  readonly name: string
  /** Names of models of others that it can stand for (SAMP-11). */
  readonly aliases?: ReadonlyArray<string>
  readonly cost?: number
  readonly speed?: number
  readonly intelligence?: number
}

/**
 * The model to use: of those that the first hint names which names any, or of all, the one that fits the priorities best, and the first of several
 * (SAMP-9, SAMP-10). A hint is a part of a name, in any case. None of none.
 *
 * @example
 * ```ts
 * import * as ModelPreferences from "@mcp-effect/core/ModelPreferences"
 *
 * const models = [
 *   { name: "large-2", intelligence: 1, cost: 0.2, speed: 0.3 },
 *   { name: "small-2", intelligence: 0.4, cost: 1, speed: 1, aliases: ["claude-haiku", "gpt-mini"] }
 * ]
 *
 * ModelPreferences.choose(models, { hints: [{ name: "haiku" }] }) // small-2
 * ModelPreferences.choose(models, { intelligencePriority: 0.9, costPriority: 0.1 }) // large-2
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const choose = <M extends Model>(
  models: ReadonlyArray<M>,
  preferences: ModelPreferences | undefined
): M | undefined => {
  const { costPriority = 0, hints = [], intelligencePriority = 0, speedPriority = 0 } = preferences ?? {}
  const score = ({ cost = 0, intelligence = 0, speed = 0 }: M) =>
    costPriority * cost + speedPriority * speed + intelligencePriority * intelligence
  const best = (candidates: ReadonlyArray<M>) =>
    candidates.reduce<M | undefined>(
      (best, model) => best === undefined || score(model) > score(best) ? model : best,
      undefined
    )
  for (const { name } of hints) {
    if (name === undefined || name === "") continue
    const part = name.toLowerCase()
    const named = models.filter((model) =>
      [model.name, ...model.aliases ?? []].some((name) => name.toLowerCase().includes(part))
    )
    if (named.length > 0) return best(named)
  }
  return best(models)
}
