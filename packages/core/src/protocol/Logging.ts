/**
 * Log messages a server sends to its client, and the level the client asks for (LOG-1, LOG-4).
 *
 * It is not the server's own log.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { LoggingLevel } from "./LoggingLevel.ts"
import { NotificationMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"

export { LoggingLevel } from "./LoggingLevel.ts"

/**
 * The params of `logging/setLevel`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SetLevelParams = Schema.Struct({
  level: LoggingLevel,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface SetLevelParams extends Schema.Schema.Type<typeof SetLevelParams> {}

/**
 * The params of `notifications/message`; `data` is any JSON.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LoggingMessageParams = Schema.Struct({
  level: LoggingLevel,
  logger: Schema.optionalKey(Schema.String),
  data: Schema.Unknown,
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface LoggingMessageParams extends Schema.Schema.Type<typeof LoggingMessageParams> {}
