/**
 * An object of any JSON: open maps such as settings, arguments and raw JSON Schemas.
 *
 * It does not look inside: what is kept verbatim is not validated deeper than being an object.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * An object of any JSON.
 *
 * @category schemas
 * @since 0.1.0
 */
export const JsonObject = Schema.Record(Schema.String, Schema.Unknown)

export interface JsonObject extends Schema.Schema.Type<typeof JsonObject> {}
