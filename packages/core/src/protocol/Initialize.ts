/**
 * The handshake that opens a session (INIT-1, INIT-2).
 *
 * It does not exist in the stateless era (INIT-13).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ClientCapabilities, ServerCapabilities } from "./Capabilities.ts"
import { Implementation } from "./Implementation.ts"
import { NotificationParams, ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"

/**
 * The params of `initialize`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InitializeParams = Schema.Struct({
  protocolVersion: Schema.String,
  capabilities: ClientCapabilities,
  clientInfo: Implementation,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface InitializeParams extends Schema.Schema.Type<typeof InitializeParams> {}

/**
 * The result of `initialize`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InitializeResult = Schema.Struct({
  protocolVersion: Schema.String,
  capabilities: ServerCapabilities,
  serverInfo: Implementation,
  instructions: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface InitializeResult extends Schema.Schema.Type<typeof InitializeResult> {}

/**
 * The params of `notifications/initialized`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InitializedParams = NotificationParams

export type InitializedParams = NotificationParams
