/**
 * Arguments that travel as strings, as those of prompts and the variables of resource templates do, decoded by the
 * author's Schema: `"5"` is the number 5 where the Schema says number.
 *
 * It is not for tools, whose arguments are JSON.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema#getpromptrequestparams
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as FiniteNumbers from "./FiniteNumbers.ts"
import * as JsonSchemaDocument from "./JsonSchemaDocument.ts"
import * as ToolSchema from "./ToolSchema.ts"
import { UnsupportedSchema } from "./UnsupportedSchema.ts"

/**
 * An argument as `prompts/list` shows it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Argument {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly required: boolean
}

/**
 * The codec between a struct's values and the record of strings on the wire. Numbers are written in decimal, booleans
 * as `true` and `false`, dates in ISO 8601; text stays as it is, and an absent argument is an optional field.
 *
 * With `lists`, a field may also be a list, for the variables of a URI template that explode (`{/path*}`).
 *
 * Throws `UnsupportedSchema` for a field that has no form as one string.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import * as StringCoded from "@mcp-effect/core/schema/StringCoded"
 *
 * const codec = StringCoded.codec(Schema.Struct({ lines: Schema.Int, loud: Schema.optionalKey(Schema.Boolean) }))
 *
 * Schema.decodeUnknownSync(codec)({ lines: "5" }) // { lines: 5 }
 * ```
 *
 * @category codecs
 * @since 0.1.0
 */
export const codec = <S extends Schema.Constraint>(
  schema: S,
  options?: { readonly lists?: boolean }
): Schema.Codec<S["Type"], Schema.StringTree, S["DecodingServices"], S["EncodingServices"]> => {
  const coded = Schema.toCodecStringTree(Schema.make<S>(FiniteNumbers.finiteNumbers(schema.ast)))
  const wire = SchemaAST.toEncoded(coded.ast)
  if (!SchemaAST.isObjects(wire)) {
    throw new UnsupportedSchema({ path: [], reason: "arguments have names: use Schema.Struct" })
  }
  for (const { name, type } of wire.propertySignatures) {
    const lists = options?.lists === true
    if (isText(type, new Set()) || (lists && isList(type))) continue
    throw new UnsupportedSchema({
      path: [String(name)],
      reason: lists
        ? "a variable is text or a list of texts: use String, Finite, Int, Boolean, Literals, Date, or an Array of these"
        : "an argument travels as one string: use String, Finite, Int, Boolean, Literals or Date"
    })
  }
  return coded
}

/**
 * The arguments of a struct as a prompt advertises them: in the order of its fields, with titles and descriptions from
 * its annotations. An argument is required unless its field is optional or has a default for decoding.
 *
 * @category conversions
 * @since 0.1.0
 */
export const describe = (schema: Schema.Constraint): ReadonlyArray<Argument> => {
  const root = ToolSchema.toInputSchema(schema)
  const required = new Set(Array.isArray(root["required"]) ? root["required"] : [])
  return Object.entries(JsonSchemaDocument.properties(root)).map(([name, property]) => {
    const { description, title } = JsonSchemaDocument.dereference(property, root)
    return {
      name,
      ...(typeof title === "string" ? { title } : {}),
      ...(typeof description === "string" ? { description } : {}),
      required: required.has(name)
    }
  })
}

/** Whether every wire form is one string, or nothing. */
const isText = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST>): boolean => {
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
    case "Any":
    case "Undefined":
      return true
    case "Literal":
      return typeof ast.literal === "string"
    case "Enum":
      return ast.enums.every(([, value]) => typeof value === "string")
    case "Union":
      return ast.types.every((type) => isText(type, seen))
    case "Suspend":
      return !seen.has(ast) && isText(ast.thunk(), new Set(seen).add(ast))
    default:
      return false
  }
}

const isList = (ast: SchemaAST.AST): boolean =>
  (ast._tag === "Arrays" && [...ast.elements, ...ast.rest].every((item) => isText(item, new Set()))) ||
  (ast._tag === "Union" && ast.types.every((type) => isText(type, new Set()) || isList(type)))
