/**
 * An `Implementation` names the software at one end of a connection (ICON-11).
 *
 * It is self-reported: for display and logs, not for decisions (META-18).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Icon } from "./Icon.ts"

/**
 * The name and version of a client or server.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Implementation = Schema.Struct({
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  version: Schema.String,
  description: Schema.optionalKey(Schema.String),
  icons: Schema.optionalKey(Schema.Array(Icon)),
  websiteUrl: Schema.optionalKey(Schema.String)
})

export interface Implementation extends Schema.Schema.Type<typeof Implementation> {}
