/**
 * An `Icon` is a picture a client may show beside a noun (ICON-1).
 *
 * It is not fetched or checked here: icons are untrusted input (ICON-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#icons
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A picture: where it is, and for which sizes and theme it is meant.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Icon = Schema.Struct({
  src: Schema.String,
  mimeType: Schema.optionalKey(Schema.String),
  sizes: Schema.optionalKey(Schema.Array(Schema.String)),
  theme: Schema.optionalKey(Schema.Literals(["light", "dark"]))
})

export interface Icon extends Schema.Schema.Type<typeof Icon> {}
