/**
 * Progress notifications (PROG-4).
 *
 * It is not how a handler reports progress (`core/Progress`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { NotificationMeta, ProgressToken } from "./Meta.ts"

/**
 * The params of `notifications/progress`; `progress` and `total` may be fractional (PROG-6).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProgressParams = Schema.Struct({
  progressToken: ProgressToken,
  progress: Schema.Finite,
  total: Schema.optionalKey(Schema.Finite),
  message: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface ProgressParams extends Schema.Schema.Type<typeof ProgressParams> {}
