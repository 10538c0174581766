/**
 * `Cache` is how authors say for how long and for whom a result may be kept (stateless era).
 *
 * It is a hint, not access control (CACHE-17): what is kept as public is seen by anyone, whoever could ask for it (CACHE-18). Nor does it keep
 * anything itself.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type { CacheScope } from "./protocol/Cache.ts"

/**
 * For how long and for whom a result may be kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hint {
  /** How long it is fresh from when it is received; whole milliseconds travel, and less than one is none. */
  readonly ttl: Duration.Input
  /** Whether it may be shared between users; `"private"` by default. */
  readonly scope?: CacheScope
}

/**
 * The hints of a server. Where there is none, a result is stale at once, and private.
 *
 * What depends on who asks is private: a list with anything in it that is not `visible` to everyone is so whatever its hint says. What
 * middleware makes of a list, or a handler of its principal, only their author knows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hints {
  /** What the server says of itself: `server/discover`. */
  readonly discover?: Hint
  /** The list of tools. */
  readonly tools?: Hint
  /** The list of prompts. */
  readonly prompts?: Hint
  /** The list of resources. */
  readonly resources?: Hint
  /** The list of resource templates. */
  readonly resourceTemplates?: Hint
  /** What resources hold, unless the resource or what is read says it. */
  readonly read?: Hint
}
