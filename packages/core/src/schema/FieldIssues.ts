/**
 * All that is wrong with an object, field by field, for whoever has to correct it at once: a parser stops at the first.
 *
 * It is not how values are decoded: it runs after that has failed, and only to explain.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Compiled from "./Compiled.ts"

// As many as `IssueMessage` shows, and one that it says there are more.
const maxIssues = 9

/**
 * Makes one issue of the first issue of each field that does not fit by itself. The given issue stands when there is none: the fields do
 * not fit together, or the Schema is no struct. `codec` is how the whole is decoded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  schema: Schema.Constraint,
  codec: (schema: Schema.Constraint) => Schema.Constraint
): (value: unknown, issue: SchemaIssue.Issue) => SchemaIssue.Issue => {
  let decoders: ReadonlyArray<readonly [name: string, decode: ReturnType<typeof Compiled.decoder>]> | undefined
  return (value, issue) => {
    if (!Predicate.isObject(value)) return issue
    decoders ??= Object.entries(fieldsOf(schema)).map(
      ([name, field]) => [name, Compiled.decoder(codec(Schema.Struct({ [name]: field })))] as const
    )
    const issues: Array<SchemaIssue.Issue> = []
    for (const [name, decode] of decoders) {
      const decoded = decode(Object.hasOwn(value, name) ? { [name]: value[name] } : {})
      const found = Effect.isEffect(decoded) && Exit.isExit(decoded) && Exit.isFailure(decoded)
        ? Cause.findErrorOption(decoded.cause)
        : undefined
      // a decoder fails with nothing but an issue
      if (found?._tag === "Some") issues.push(found.value as SchemaIssue.Issue)
      if (issues.length === maxIssues) break
    }
    const [first, ...rest] = issues
    return first === undefined ? issue : new SchemaIssue.Composite(schema.ast, [first, ...rest])
  }
}

const fieldsOf = (schema: Schema.Constraint): Schema.Struct.Fields =>
  // the `fields` of a Schema are those of a struct
  Predicate.hasProperty(schema, "fields") ? schema.fields as Schema.Struct.Fields : {}
