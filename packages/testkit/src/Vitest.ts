/**
 * Laws as tests of `@effect/vitest`.
 *
 * Nothing else here needs a test runner.
 *
 * @since 0.1.0
 */
import { describe, it } from "@effect/vitest"
import type * as Law from "./Law.ts"

/**
 * A test of each law. A violation shows its transcript, and a token to look at it again: `{ replay: "…" }`.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Laws from "@mcp-effect/testkit/Laws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server>
 *
 * Vitest.laws("the calculator", Laws.server(Calculator))
 * ```
 *
 * @category tests
 * @since 0.1.0
 */
export const laws = (
  subject: string,
  laws: ReadonlyArray<Law.Law>,
  options?: Law.CheckOptions & {
    /** How long each test may take, in milliseconds; 60,000 by default. */
    readonly timeout?: number
  }
): void =>
  void describe(`laws of ${subject}`, () => {
    for (const law of laws) it.live(law.name, () => law.check(options), options?.timeout ?? 60_000)
  })
