/**
 * Ping: either side asks whether the other still answers (session era).
 *
 * It is not a keep-alive of its own: whoever wants one sends it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/ping
 *
 * @since 0.1.0
 */
import { EmptyResult } from "./Meta.ts"
import { RequestParams } from "./RequestMeta.ts"

/**
 * The params of `ping`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PingParams = RequestParams

export type PingParams = RequestParams

/**
 * The result of `ping`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PingResult = EmptyResult

export type PingResult = EmptyResult
