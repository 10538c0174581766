/**
 * Pagination: lists come in pages linked by opaque cursors (PAGE-1, PAGE-2).
 *
 * A cursor means nothing to anyone but the server that made it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"

/**
 * A position in a list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cursor = Schema.String

export type Cursor = typeof Cursor.Type

/**
 * The params of a request for a page.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PaginatedParams = Schema.Struct({
  cursor: Schema.optionalKey(Cursor),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface PaginatedParams extends Schema.Schema.Type<typeof PaginatedParams> {}

/**
 * A page; without `nextCursor` it is the last one (PAGE-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const PaginatedResult = Schema.Struct({
  nextCursor: Schema.optionalKey(Cursor),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface PaginatedResult extends Schema.Schema.Type<typeof PaginatedResult> {}
