/**
 * Narrows every number on the wire side of a schema to a finite one, because JSON has no other.
 *
 * It does not touch the type side of a transformation: a `Date` encoded as a string stays as it is, and a number that
 * is encoded as a string may still be `NaN` in memory.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc8259#section-6
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/**
 * The same AST with each unconstrained wire number made finite; the very same node when there is none. Without it
 * `Schema.Number` would be published as "a number or one of the strings NaN, Infinity, -Infinity".
 *
 * @category transformations
 * @since 0.1.0
 */
export const finiteNumbers = (ast: SchemaAST.AST): SchemaAST.AST => {
  // One result per node, so that recursive schemas end and keep their identity.
  const known = results.get(ast)
  if (known !== undefined) return known
  const result = ast.encoding === undefined ? body(ast) : encoded(ast, ast.encoding)
  results.set(ast, result)
  return result
}

const results = new WeakMap<SchemaAST.AST, SchemaAST.AST>()

const body = (ast: SchemaAST.AST): SchemaAST.AST => {
  switch (ast._tag) {
    case "Number":
      return isBounded(ast.checks ?? []) ? ast : finite(ast)
    case "Arrays":
    case "Objects":
    case "Union":
    case "Suspend":
    case "Declaration":
      return withMembers(ast, undefined)
    default:
      return ast
  }
}

/** Only the last link of an encoding is seen on the wire, so only its end is narrowed. */
const encoded = (ast: SchemaAST.AST, encoding: SchemaAST.Encoding): SchemaAST.AST => {
  const last = encoding[encoding.length - 1] ?? encoding[0]
  const to = finiteNumbers(last.to)
  if (to === last.to) return ast
  const [first, ...rest] = [...encoding.slice(0, -1), new SchemaAST.Link(to, last.transformation)]
  return first === undefined ? ast : withEncoding(ast, [first, ...rest])
}

const finite = (ast: SchemaAST.Number): SchemaAST.Number => {
  // Annotations of a node with checks live on its last check; the new check stands first so that they stay readable,
  // and takes the identifier along when there was no check to carry it.
  const identifier = SchemaAST.resolveIdentifier(ast)
  const check = Schema.isFinite(ast.checks === undefined && identifier !== undefined ? { identifier } : undefined)
  return new SchemaAST.Number(ast.annotations, [check, ...(ast.checks ?? [])], undefined, ast.context)
}

const isBounded = (checks: ReadonlyArray<SchemaAST.Check<unknown>>): boolean =>
  checks.some((check) => {
    const id = check.annotations?.representation?.id
    return id === "effect/schema/isFinite" || id === "effect/schema/isInt" ||
      (check._tag === "FilterGroup" && isBounded(check.checks))
  })

type Composite =
  | SchemaAST.Arrays
  | SchemaAST.Objects
  | SchemaAST.Union
  | SchemaAST.Suspend
  | SchemaAST.Declaration

/** Narrows the members of a node that has no encoding of its own. */
const withMembers = (ast: Composite, encoding: SchemaAST.Encoding | undefined): SchemaAST.AST => {
  switch (ast._tag) {
    case "Arrays": {
      const elements = mapSame(ast.elements, finiteNumbers)
      const rest = mapSame(ast.rest, finiteNumbers)
      return elements === ast.elements && rest === ast.rest ? ast : arrays(ast, elements, rest, encoding)
    }
    case "Objects": {
      const properties = mapSame(ast.propertySignatures, (property) => {
        const type = finiteNumbers(property.type)
        return type === property.type ? property : new SchemaAST.PropertySignature(property.name, type)
      })
      const indexes = mapSame(ast.indexSignatures, (index) => {
        const type = finiteNumbers(index.type)
        return type === index.type ? index : new SchemaAST.IndexSignature(index.parameter, type)
      })
      return properties === ast.propertySignatures && indexes === ast.indexSignatures
        ? ast
        : objects(ast, properties, indexes, encoding)
    }
    case "Union": {
      const types = mapSame(ast.types, finiteNumbers)
      return types === ast.types ? ast : union(ast, types, encoding)
    }
    case "Suspend":
      return suspend(ast, () => finiteNumbers(ast.thunk()), encoding)
    case "Declaration": {
      const parameters = mapSame(ast.typeParameters, finiteNumbers)
      return parameters === ast.typeParameters ? ast : declaration(ast, parameters, encoding)
    }
  }
}

/** The same node with another encoding; the node itself is not narrowed, since it is not on the wire. */
const withEncoding = (ast: SchemaAST.AST, encoding: SchemaAST.Encoding): SchemaAST.AST => {
  switch (ast._tag) {
    case "Arrays":
      return arrays(ast, ast.elements, ast.rest, encoding)
    case "Objects":
      return objects(ast, ast.propertySignatures, ast.indexSignatures, encoding)
    case "Union":
      return union(ast, ast.types, encoding)
    case "Suspend":
      return suspend(ast, ast.thunk, encoding)
    case "Declaration":
      return declaration(ast, ast.typeParameters, encoding)
    default:
      return encoding.reduce((node, link) => {
        const { to, transformation } = link
        // A middleware has the same two-sided shape here; `decodeTo` only stores it.
        return SchemaAST.decodeTo(to, node, transformation as Parameters<typeof SchemaAST.decodeTo>[2])
      }, SchemaAST.toType(ast))
  }
}

const arrays = (
  ast: SchemaAST.Arrays,
  elements: ReadonlyArray<SchemaAST.AST>,
  rest: ReadonlyArray<SchemaAST.AST>,
  encoding: SchemaAST.Encoding | undefined
) =>
  new SchemaAST.Arrays(
    ast.isMutable,
    elements,
    rest,
    ast.annotations,
    ast.checks,
    encoding,
    ast.context,
    ast.encodingChecks
  )

const objects = (
  ast: SchemaAST.Objects,
  properties: ReadonlyArray<SchemaAST.PropertySignature>,
  indexes: ReadonlyArray<SchemaAST.IndexSignature>,
  encoding: SchemaAST.Encoding | undefined
) => new SchemaAST.Objects(properties, indexes, ast.annotations, ast.checks, encoding, ast.context, ast.encodingChecks)

const union = (
  ast: SchemaAST.Union,
  types: ReadonlyArray<SchemaAST.AST>,
  encoding: SchemaAST.Encoding | undefined
) => new SchemaAST.Union(types, ast.options, ast.annotations, ast.checks, encoding, ast.context, ast.encodingChecks)

const suspend = (ast: SchemaAST.Suspend, thunk: () => SchemaAST.AST, encoding: SchemaAST.Encoding | undefined) =>
  new SchemaAST.Suspend(thunk, ast.annotations, undefined, encoding, ast.context)

const declaration = (
  ast: SchemaAST.Declaration,
  parameters: ReadonlyArray<SchemaAST.AST>,
  encoding: SchemaAST.Encoding | undefined
) =>
  new SchemaAST.Declaration(
    parameters,
    ast.run,
    ast.annotations,
    ast.checks,
    encoding,
    ast.context,
    ast.encodingChecks,
    ast.encodingRun
  )

const mapSame = <A>(items: ReadonlyArray<A>, f: (item: A) => A): ReadonlyArray<A> => {
  const mapped = items.map(f)
  return mapped.every((item, index) => item === items[index]) ? items : mapped
}
