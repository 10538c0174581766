/**
 * The defect raised when an author's schema says something the protocol has no words for.
 *
 * It is not an error of a peer: it is thrown while a tool, prompt or form is being declared, names the field and
 * tells the author what to write instead, and never travels on the wire.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#data-types
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A schema that cannot be expressed on the wire. `path` is the field it concerns, from the root, empty for the root.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnsupportedSchema extends Schema.TaggedError<UnsupportedSchema>()("UnsupportedSchema", {
  path: Schema.Array(Schema.String),
  reason: Schema.String
}) {
  override get message(): string {
    return this.path.length === 0 ? this.reason : `${this.path.join(".")}: ${this.reason}`
  }
}
