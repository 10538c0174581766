/**
 * The contents of a resource: text, or bytes in base64 (RES-4).
 *
 * They are not the description of a resource (`Resource`), and one resource may have several.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#resource-contents
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Meta } from "./Meta.ts"

/**
 * Contents that are text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TextResourceContents = Schema.Struct({
  uri: Schema.String,
  mimeType: Schema.optionalKey(Schema.String),
  text: Schema.String,
  _meta: Schema.optionalKey(Meta)
})

export interface TextResourceContents extends Schema.Schema.Type<typeof TextResourceContents> {}

/**
 * Contents that are bytes, in base64.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BlobResourceContents = Schema.Struct({
  uri: Schema.String,
  mimeType: Schema.optionalKey(Schema.String),
  blob: Schema.String,
  _meta: Schema.optionalKey(Meta)
})

export interface BlobResourceContents extends Schema.Schema.Type<typeof BlobResourceContents> {}

/**
 * The contents of a resource.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceContents = Schema.Union([TextResourceContents, BlobResourceContents])

export type ResourceContents = typeof ResourceContents.Type
