/**
 * Roots: where a client wants a server to work (ROOT-2).
 *
 * They are guidance, not access control (ROOT-11).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Meta, ResultMeta } from "./Meta.ts"
import { RequestParams } from "./RequestMeta.ts"

/**
 * A directory or file, by `file://` URI (ROOT-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const Root = Schema.Struct({
  uri: Schema.String,
  name: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(Meta)
})

export interface Root extends Schema.Schema.Type<typeof Root> {}

/**
 * The params of `roots/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListRootsParams = RequestParams

export type ListRootsParams = RequestParams

/**
 * The result of `roots/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListRootsResult = Schema.Struct({
  roots: Schema.Array(Root),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface ListRootsResult extends Schema.Schema.Type<typeof ListRootsResult> {}
