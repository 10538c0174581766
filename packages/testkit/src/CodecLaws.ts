/**
 * `CodecLaws` are what has to be true of any Schema that messages are read and written with, such as those of an extension: what is written is JSON,
 * what is read again is what it was, and nothing that a peer sends does harm.
 *
 * They do not ask whether the Schema says what the specification says.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import * as CanonicalJson from "@mcp-effect/core/schema/CanonicalJson"
import * as JsonSchemaValidator from "@mcp-effect/core/schema/JsonSchemaValidator"
import * as ToolSchema from "@mcp-effect/core/schema/ToolSchema"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Law from "./Law.ts"
import * as NearMiss from "./laws/NearMiss.ts"
import * as Prototype from "./laws/Prototype.ts"

/**
 * A Schema between values and JSON.
 *
 * @category models
 * @since 0.1.0
 */
export type Codec<A> = Schema.Codec<A, unknown>

/**
 * What laws need to know of a Schema.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<in out A> {
  /** What is shown of it; "the codec" by default. */
  readonly name?: string
  /** Values that say more than the Schema does. */
  readonly arbitrary?: Arbitrary.Arbitrary<A>
}

interface Setting<in out A> {
  readonly name: string
  readonly codec: Codec<A>
  readonly arbitrary: Arbitrary.Arbitrary<A>
  readonly encode: (value: unknown) => Effect.Effect<unknown, Law.Broken>
  readonly decode: (encoded: unknown) => Effect.Effect<Exit.Exit<A, unknown>>
}

const broken = (reason: string) => Effect.fail(new Law.Broken({ reason }))

const law = <A, B>(
  name: string,
  setting: Setting<A>,
  arbitrary: Arbitrary.Arbitrary<B>,
  holds: (value: B) => Effect.Effect<void, Law.Broken>
): Law.Law => Law.make(name, Effect.succeed([Law.property({ subject: setting.name, arbitrary, holds })]))

const isJson = Schema.is(Schema.Json)

const textOf = (encoded: unknown): string => CanonicalJson.stringify(crossed(encoded))

// As it comes off a wire, but for `JSON.parse`: that of V8 takes some names that are written with escapes for others (nodejs/node#63785), which is no
// fault of a Schema's.
const crossed = (encoded: unknown): Schema.Json => {
  if (Array.isArray(encoded)) return encoded.map(crossed)
  if (Predicate.isObject(encoded)) {
    return Object.fromEntries(
      Object.entries(encoded).flatMap(([name, member]) => member === undefined ? [] : [[name, crossed(member)]])
    )
  }
  // what is no JSON, the first law says
  return encoded as Schema.Json
}

const shown = (encoded: unknown): string => JSON.stringify(encoded)?.slice(0, 500) ?? String(encoded)

const isWritten = <A>(setting: Setting<A>): Law.Law =>
  law(
    "what is encoded is JSON, and loses nothing as a text",
    setting,
    setting.arbitrary,
    (value) =>
      Effect.flatMap(
        setting.encode(value),
        (encoded) => isJson(encoded) ? Effect.void : broken(`it is no JSON: ${Formatter.format(encoded).slice(0, 500)}`)
      )
  )

const isRead = <A>(setting: Setting<A>): Law.Law => {
  const isSame = Schema.toEquivalence(Schema.toType(setting.codec))
  return law("what was encoded decodes to what it was", setting, setting.arbitrary, (value) =>
    Effect.gen(function*() {
      const encoded = yield* setting.encode(value)
      const decoded = yield* setting.decode(crossed(encoded))
      if (Exit.isFailure(decoded)) return yield* broken(`${shown(encoded)} is refused: ${Cause.pretty(decoded.cause)}`)
      const again = yield* setting.encode(decoded.value)
      if (!isSame(decoded.value, value) || textOf(again) !== textOf(encoded)) {
        return yield* broken(`${shown(encoded)} became ${shown(again)}`)
      }
    }))
}

const unknownName = "com.example/unknown"

const isTolerant = <A>(setting: Setting<A>): Law.Law => {
  const open = isOpen(setting.codec)
  return law(
    "a member that nobody knows does no harm, and survives where the Schema is open",
    setting,
    setting.arbitrary,
    (value) =>
      Effect.gen(function*() {
        const encoded = crossed(yield* setting.encode(value))
        if (!isFields(encoded) || open === undefined) return
        const extended = { ...encoded, [unknownName]: { n: [1] } }
        const decoded = yield* setting.decode(extended)
        if (Exit.isFailure(decoded)) {
          return yield* broken(`${shown(extended)} is refused: ${Cause.pretty(decoded.cause)}`)
        }
        const again = yield* setting.encode(decoded.value)
        if (textOf(again) !== textOf(open ? extended : encoded)) {
          return yield* broken(`${shown(extended)} became ${shown(again)}`)
        }
      })
  )
}

const isFields = (json: Schema.Json): json is { readonly [name: string]: Schema.Json } =>
  Predicate.isObject(json) && !Array.isArray(json)

/** Whether other members survive; undefined where they have to fit a Schema of their own. */
const isOpen = (codec: Schema.Constraint): boolean | undefined => {
  const { ast } = Schema.toEncoded(codec)
  if (ast._tag !== "Objects" || ast.indexSignatures.length === 0) return false
  return ast.indexSignatures.some(({ type }) => type._tag === "Unknown") || undefined
}

const isDescribed = <A>(setting: Setting<A>): Law.Law => {
  const encode = Schema.encodeUnknownEffect(ToolSchema.codec(setting.codec))
  const schema = Result.try(() => ToolSchema.toOutputSchema(setting.codec))
  return law("its JSON Schema takes what is encoded", setting, setting.arbitrary, (value) => {
    if (Result.isFailure(schema)) return broken(`it has none: ${String(schema.failure)}`)
    const validator = JsonSchemaValidator.make(schema.success, { maxSteps: 10_000_000 })
    return Effect.flatMap(Effect.exit(encode(value)), (encoded) => {
      // what has no place in what tools say is for the other laws
      if (Exit.isFailure(encoded)) return Effect.void
      const outcome = JsonSchemaValidator.validate(validator, crossed(encoded.value))
      return outcome._tag === "Misfit"
        ? broken(`${shown(encoded.value)} does not fit at ${outcome.pointer || "its root"}: ${outcome.message}`)
        : Effect.void
    })
  })
}

const isSafe = <A>(setting: Setting<A>): Law.Law =>
  law(
    "what nearly fits is refused or understood, for good",
    setting,
    Arbitrary.all({ value: setting.arbitrary, recipe: NearMiss.recipe }),
    ({ recipe, value }) =>
      Effect.gen(function*() {
        const encoded = crossed(yield* setting.encode(value))
        const miss = NearMiss.make({ encoded }, recipe, (mutated) => Predicate.hasProperty(mutated, "encoded"))
        if (miss === undefined) return
        const { encoded: mutated } = crossed(miss.value) as { readonly encoded: Schema.Json }
        const decoded = yield* setting.decode(mutated)
        if (Prototype.restore().length > 0) return yield* broken(`${shown(mutated)} changed every object`)
        if (Exit.isFailure(decoded)) {
          return Cause.hasDies(decoded.cause)
            ? yield* broken(`${shown(mutated)} made it die: ${Cause.pretty(decoded.cause)}`)
            : undefined
        }
        if (isPolluted(decoded.value)) return yield* broken(`${shown(mutated)} became the prototype of a value`)
        const again = yield* setting.encode(decoded.value)
        const second = yield* setting.decode(crossed(again))
        if (Exit.isFailure(second)) return yield* broken(`${shown(mutated)} became ${shown(again)}, which is refused`)
        const third = yield* setting.encode(second.value)
        if (textOf(third) !== textOf(again)) return yield* broken(`${shown(again)} became ${shown(third)}`)
      })
  )

// What near misses put into `__proto__`, where it must never be found by who asks for a member.
const isPolluted = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false
  if ("polluted" in value && !Object.hasOwn(value, "polluted")) return true
  return Object.values(value).some(isPolluted)
}

/**
 * All laws of a Schema.
 *
 * @example
 * ```ts
 * import * as CodecLaws from "@mcp-effect/testkit/CodecLaws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import * as Schema from "effect/Schema"
 *
 * const Position = Schema.Struct({ line: Schema.Int, at: Schema.optionalKey(Schema.String) })
 *
 * Vitest.laws("positions", CodecLaws.of(Position))
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const of = <A>(codec: Codec<A>, options: Options<A> = {}): ReadonlyArray<Law.Law> => {
  const encode = Schema.encodeUnknownEffect(codec)
  const decode = Schema.decodeUnknownEffect(codec)
  const setting: Setting<A> = {
    name: options.name ?? "the codec",
    codec,
    arbitrary: options.arbitrary ?? Arbitrary.schema(Schema.toType(codec)),
    encode: (value) =>
      Effect.mapError(encode(value), (error) => new Law.Broken({ reason: `it cannot be encoded: ${error.message}` })),
    decode: (encoded) => Effect.exit(decode(encoded))
  }
  return [isWritten(setting), isRead(setting), isTolerant(setting), isDescribed(setting), isSafe(setting)]
}
