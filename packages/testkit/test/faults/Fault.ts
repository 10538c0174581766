/**
 * A `Fault` is a mistake planted into something that is right otherwise, and the law that has to find it.
 *
 * @since 0.1.0
 */
import type * as Law from "@mcp-effect/testkit/Law"

export interface Fault {
  /** What is wrong. */
  readonly name: string
  /** The name of the law that finds it. */
  readonly caughtBy: string
  /** The laws of what is wrong. */
  readonly faulty: ReadonlyArray<Law.Law>
  /** The same laws of the same thing without the fault. */
  readonly sound: ReadonlyArray<Law.Law>
}
