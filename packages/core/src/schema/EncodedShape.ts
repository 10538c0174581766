/**
 * The wire side of a schema as a schema of its own, with what the author said about each field still on it.
 *
 * It is not a codec: transformations are cut away, so it can only be read, not run.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#data-types
 *
 * @since 0.1.0
 */
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"

/**
 * Who reads the schema. A sender of input leaves absent fields out; a reader of output must expect the `null` that
 * stands for an explicit `undefined`.
 *
 * @category models
 * @since 0.1.0
 */
export type Direction = "input" | "output"

/**
 * The encoded side of a JSON codec's AST. Titles, descriptions, examples, defaults, identifiers and `x-` keywords that
 * stand on the type side of a transformation are carried over to the encoded side, examples and defaults encoded.
 *
 * @category transformations
 * @since 0.1.0
 */
export const encodedShape = (ast: SchemaAST.AST, direction: Direction): SchemaAST.AST =>
  shape(ast, { direction, known: new Map() })

interface Walk {
  readonly direction: Direction
  /** One result per node, so that recursive schemas end and keep their identity. */
  readonly known: Map<SchemaAST.AST, SchemaAST.AST>
}

const shape = (ast: SchemaAST.AST, walk: Walk): SchemaAST.AST => {
  const known = walk.known.get(ast)
  if (known !== undefined) return known
  const link = ast.encoding?.at(-1)
  const result = link === undefined
    ? members(ast, walk)
    : isAbsence(ast)
    ? absence
    : describe(shape(link.to, walk), ast)
  walk.known.set(ast, result)
  return result
}

/** `undefined` in memory, `null` on the wire: one known node, so that optional fields can drop it. */
const absence = new SchemaAST.Null()

const isAbsence = (ast: SchemaAST.AST): boolean => ast._tag === "Undefined" || ast._tag === "Void"

const members = (ast: SchemaAST.AST, walk: Walk): SchemaAST.AST => {
  switch (ast._tag) {
    case "Arrays":
      return new SchemaAST.Arrays(
        ast.isMutable,
        ast.elements.map((element) => shape(element, walk)),
        ast.rest.map((rest) => shape(rest, walk)),
        ast.annotations,
        ast.checks,
        undefined,
        ast.context
      )
    case "Objects":
      return new SchemaAST.Objects(
        ast.propertySignatures.map(({ name, type }) =>
          new SchemaAST.PropertySignature(name, property(shape(type, walk), walk.direction))
        ),
        ast.indexSignatures.map(({ parameter, type }) => new SchemaAST.IndexSignature(parameter, shape(type, walk))),
        ast.annotations,
        ast.checks,
        undefined,
        ast.context
      )
    case "Union":
      return new SchemaAST.Union(
        ast.types.map((type) => shape(type, walk)),
        ast.options,
        ast.annotations,
        ast.checks,
        undefined,
        ast.context
      )
    case "Suspend":
      return new SchemaAST.Suspend(() => shape(ast.thunk(), walk), ast.annotations, undefined, undefined, ast.context)
    default:
      return ast
  }
}

/** An optional field of an input is left out, never sent as `null`, although a `null` would be understood. */
const property = (ast: SchemaAST.AST, direction: Direction): SchemaAST.AST => {
  if (direction === "output" || ast._tag !== "Union" || ast.checks !== undefined || !SchemaAST.isOptional(ast)) {
    return ast
  }
  const types = ast.types.filter((type) => type !== absence)
  if (types.length === ast.types.length || types.length === 0) return ast
  const [only] = types
  return types.length === 1 && only !== undefined
    ? optional(annotate(only, plain(ast.annotations)), ast.context)
    : new SchemaAST.Union(types, ast.options, ast.annotations, undefined, undefined, ast.context)
}

const optional = (ast: SchemaAST.AST, context: SchemaAST.Context | undefined): SchemaAST.AST => {
  const key = context?.annotations
  const schema = Schema.optionalKey(Schema.make<Schema.Top>(ast))
  return key === undefined ? schema.ast : schema.annotateKey(key).ast
}

type Annotations = Record<string, unknown>

const annotate = (ast: SchemaAST.AST, annotations: Annotations): SchemaAST.AST =>
  Object.keys(annotations).length === 0 ? ast : Schema.make<Schema.Top>(ast).annotate(annotations).ast

const plainKeywords = new Set(["title", "description", "format", "readOnly", "writeOnly", "identifier"])

const isPlain = (key: string): boolean => plainKeywords.has(key) || key.startsWith("x-")

const plain = (annotations: Schema.Annotations.Annotations | undefined): Annotations =>
  Object.fromEntries(
    Object.entries(annotations ?? {}).filter(([key, value]) =>
      value !== undefined && (isPlain(key) || key === "default" || key === "examples")
    )
  )

/** Puts on the encoded side what a transformed node, and the key it stands at, say about themselves. */
const describe = (target: SchemaAST.AST, source: SchemaAST.AST): SchemaAST.AST => {
  const described = annotate(target, encodedAnnotations(source, { ...wellKnown(source), ...SchemaAST.resolve(source) }))
  const key = encodedAnnotations(source, source.context?.annotations)
  return Object.keys(key).length === 0 ? described : Schema.make<Schema.Top>(described).annotateKey(key).ast
}

/** Annotations of a transformed node in terms of its encoded side. */
const encodedAnnotations = (
  ast: SchemaAST.AST,
  source: Schema.Annotations.Annotations | undefined
): Annotations => {
  const { default: initial, examples, ...annotations } = plain(source)
  if (initial === undefined && examples === undefined) return annotations
  const encode = SchemaParser.encodeUnknownExit(Schema.make<Schema.Codec<unknown, unknown>>(ast))
  const encoded = (value: unknown) => {
    const exit = encode(value)
    return Exit.isSuccess(exit) ? [exit.value] : []
  }
  // An example that the schema itself refuses is a slip of the author; publishing it would only mislead.
  const samples = Array.isArray(examples) ? examples.flatMap(encoded) : []
  const [value] = initial === undefined ? [] : encoded(initial)
  return {
    ...annotations,
    ...(samples.length === 0 ? {} : { examples: samples }),
    ...(value === undefined ? {} : { default: value })
  }
}

const formats: Record<string, string> = {
  "effect/schema/Date": "date-time",
  "effect/schema/DateTimeUtc": "date-time",
  "effect/schema/URL": "uri"
}

/** Without a format a model has to guess how a date is written. */
const wellKnown = (ast: SchemaAST.AST): Annotations => {
  const id = ast._tag === "Declaration" && ast.encoding?.at(-1)?.to._tag === "String"
    ? ast.annotations?.representation
    : undefined
  const format = typeof id === "object" && id !== null && "id" in id && typeof id.id === "string"
    ? formats[id.id]
    : undefined
  return format === undefined ? {} : { format }
}
