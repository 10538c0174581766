/**
 * `TransportLaws` are what has to be true of any `Transport`, whatever carries its messages: each arrives whole, once and in its order, and the end of
 * a connection is noticed.
 *
 * They say nothing of what messages mean, nor how soon they arrive.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Law from "./Law.ts"
import * as Arrival from "./laws/transport/Arrival.ts"
import * as Ending from "./laws/transport/Ending.ts"
import * as Pressure from "./laws/transport/Pressure.ts"
import * as Setting from "./laws/transport/Setting.ts"

/**
 * The two ends of a connection of its own, which ends with the scope.
 *
 * @category models
 * @since 0.1.0
 */
export type Connect = Effect.Effect<
  readonly [near: Transport["Service"], far: Transport["Service"]],
  TransportError,
  Scope.Scope
>

/**
 * What laws need to know of a transport.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * What goes over it; all by default. Where requests wait for their replies (HTTP), and responses have to answer something, it is notifications
   * alone.
   */
  readonly kinds?: ReadonlyArray<Setting.Kind>
  /** How long something that has to happen may take, in milliseconds; 2000 by default. */
  readonly patience?: number
  /** Time is real by default. Where nothing is outside of the process it may be virtual, and nobody waits for what does not happen. */
  readonly clock?: "virtual" | "live"
  /** How many messages of 4 KiB may wait for a side that does not read; 2,048 by default. */
  readonly maxWaiting?: number
}

/**
 * All laws of a transport; each case has a connection of its own.
 *
 * @example
 * ```ts
 * import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
 * import * as TransportLaws from "@mcp-effect/testkit/TransportLaws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 *
 * Vitest.laws("my transport", TransportLaws.all(MemoryTransport.make()))
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const all = (connect: Connect, options: Options = {}): ReadonlyArray<Law.Law> => {
  const setting: Setting.Setting = {
    connect,
    kinds: options.kinds ?? Setting.kinds,
    patience: options.patience ?? 2000,
    clock: options.clock ?? "live",
    maxWaiting: options.maxWaiting ?? 2048
  }
  return [
    Arrival.inOrder(setting),
    Arrival.atOnce(setting),
    Arrival.interrupted(setting),
    Ending.noticed(setting),
    Ending.interrupted(setting),
    Pressure.felt(setting)
  ]
}
