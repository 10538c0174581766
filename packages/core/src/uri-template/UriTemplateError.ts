/**
 * Why a text is not a URI template that can be used.
 *
 * It is not about URIs: a URI that does not fit a template is no error.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-3
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A template that cannot be used: `Syntax` when it is not RFC 6570, `Ambiguous` when no match could read back what an
 * expansion wrote. `position` counts UTF-16 units from the beginning of the template.
 *
 * @category errors
 * @since 0.1.0
 */
export class UriTemplateError extends Schema.TaggedError<UriTemplateError>()("UriTemplateError", {
  template: Schema.String,
  position: Schema.Int,
  reason: Schema.Literals(["Syntax", "Ambiguous"]),
  detail: Schema.String
}) {
  override get message(): string {
    return `URI template ${JSON.stringify(this.template)}, at position ${this.position}: ${this.detail}`
  }
}
