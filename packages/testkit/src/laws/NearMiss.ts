/**
 * A `NearMiss` is a JSON value that is one mutation away from another, at any depth.
 *
 * It knows nothing of Schemas: whether a mutation makes a value invalid is for the caller to say.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/**
 * A mutated value, and what was done to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface NearMiss {
  readonly value: unknown
  readonly mutation: string
}

/**
 * Which mutation, and where: the first that is possible from there on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recipe {
  readonly kind: number
  readonly place: number
}

type Change = readonly [what: string, instead: unknown] | undefined

type Kind = (value: unknown, path: ReadonlyArray<string | number>) => Change

type Fields = { readonly [name: string]: unknown }

const isFields = (value: unknown): value is Fields => Predicate.isObject(value)

const lastName = (value: Fields): string | undefined => Object.keys(value).at(-1)

const without = (value: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))

// A literal `__proto__` would be a prototype: what JSON has is a member of that name.
const withMember = (value: Fields, name: string, member: unknown): Fields => {
  const changed = { ...value }
  Object.defineProperty(changed, name, { value: member, enumerable: true, configurable: true, writable: true })
  return changed
}

const nested = (depth: number): unknown => depth === 0 ? null : [nested(depth - 1)]

const onFields = (change: (value: Fields) => Change): Kind => (value) => isFields(value) ? change(value) : undefined

const onMember = (change: (value: Fields, name: string) => Change): Kind =>
  onFields((value) => {
    const name = lastName(value)
    return name === undefined ? undefined : change(value, name)
  })

const onArray = (change: (value: ReadonlyArray<unknown>) => Change): Kind => (value) =>
  Array.isArray(value) ? change(value) : undefined

const onText = (change: (value: string) => Change): Kind => (value) =>
  typeof value === "string" ? change(value) : undefined

const onNumber = (change: (value: number) => Change): Kind => (value) =>
  typeof value === "number" ? change(value) : undefined

const always = (what: string, instead: unknown): Kind => (value) =>
  JSON.stringify(value) === JSON.stringify(instead) ? undefined : [what, instead]

const rotated = (value: Fields): Fields => {
  const [first, ...rest] = Object.entries(value)
  return first === undefined ? value : Object.fromEntries([...rest, first])
}

const pollutions: ReadonlyArray<Kind> = [
  onFields((value) => ["has a __proto__", withMember(value, "__proto__", { polluted: true })]),
  onFields((value) => ["has a constructor", withMember(value, "constructor", { prototype: { polluted: true } })])
]

const largest = String(Number.MAX_SAFE_INTEGER)

// The first kinds are what a failing case shrinks to.
const kinds: ReadonlyArray<Kind> = [
  onMember((value, name) => [`has no ${JSON.stringify(name)}`, without(value, name)]),
  onFields((value) => {
    const name = lastName(rotated(value))
    return name === undefined ? undefined : [`has no ${JSON.stringify(name)}`, without(value, name)]
  }),
  always("is null", null),
  onNumber((value) => ["is a number as text", String(value)]),
  onText((value) => ["is a text of another value", `${value}?`]),
  (value) => typeof value === "boolean" ? ["is a boolean as text", String(value)] : undefined,
  onText((value) => ["is its length", value.length]),
  onNumber((value) => ["is no integer", value + 0.5]),
  onNumber(() => ["is the largest integer", Number.MAX_SAFE_INTEGER]),
  onNumber(() => ["is huge", Number.MAX_VALUE]),
  onNumber(() => ["is huge, and negative", -Number.MAX_VALUE]),
  onNumber((value) => ["is negated", value === 0 ? -1 : -value]),
  onNumber(() => ["is NaN, as text", "NaN"]),
  onNumber(() => ["is Infinity, as text", "Infinity"]),
  onText((value) => value === "" ? undefined : ["is empty", ""]),
  onText((value) => /^-?\d+$/.test(value) ? ["is the largest integer, as text", largest] : undefined),
  onText((value) => ["is long", value.padEnd(10_000, "x")]),
  onText((value) => ["has a NUL", `${value}\0`]),
  onText((value) => ["has half a character", `${value}\ud800`]),
  onArray((value) => value.length === 0 ? undefined : ["is shorter", value.slice(1)]),
  onArray((value) => value.length === 0 ? undefined : ["is empty", []]),
  onArray((value) => value.length === 0 ? undefined : ["repeats its last item", [...value, value.at(-1)]]),
  onArray((value) => ["has an item more", [...value, { unknown: true }]]),
  onArray((value) => ["is an object of its items", { ...value }]),
  onFields((value) => ["is a list of its values", Object.values(value)]),
  onMember((value, name) => [
    `has ${JSON.stringify(name)} in its __proto__`,
    withMember(without(value, name), "__proto__", { [name]: value[name] })
  ]),
  onFields((value) => ["has an unknown member", withMember(value, "unknown", true)]),
  ...pollutions,
  always("is a list", []),
  always("is an object", {}),
  always("is true", true),
  always("nests deep", nested(20))
]

/**
 * Which mutation, and where.
 *
 * @category generators
 * @since 0.1.0
 */
export const recipe: Arbitrary.Arbitrary<Recipe> = Arbitrary.schema(Schema.Struct({
  kind: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: kinds.length - 1 })),
  place: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
}))

/**
 * The first mutation from the recipe on that is meant; undefined when there is none. The root stays an object.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  value: object,
  recipe: Recipe,
  isMeant: (mutated: unknown) => boolean
): NearMiss | undefined => apply(kinds, value, recipe, isMeant)

/**
 * The mutation from the recipe on that changes prototypes where members are copied without a look at their names.
 *
 * @category constructors
 * @since 0.1.0
 */
export const polluting = (value: object, recipe: Recipe): NearMiss | undefined =>
  apply(pollutions, value, recipe, () => true)

const apply = (
  kinds: ReadonlyArray<Kind>,
  value: object,
  recipe: Recipe,
  isMeant: (mutated: unknown) => boolean
): NearMiss | undefined => {
  const places = Array.from(placesOf(value, []))
  for (let turn = 0; turn < kinds.length; turn++) {
    const kind = kinds[(recipe.kind + turn) % kinds.length]!
    for (let step = 0; step < places.length; step++) {
      const path = places[(recipe.place + step) % places.length]!
      const change = kind(at(value, path), path)
      if (change === undefined) continue
      const [what, instead] = change
      const mutated = put(value, path, instead)
      if (!isFields(mutated) || !isMeant(mutated)) continue
      return { value: mutated, mutation: `${path.length === 0 ? "it" : `/${path.join("/")}`} ${what}` }
    }
  }
  return undefined
}

type Path = ReadonlyArray<string | number>

function* placesOf(value: unknown, path: Path): Iterable<Path> {
  yield path
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield* placesOf(value[index], [...path, index])
  } else if (isFields(value)) {
    for (const [name, member] of Object.entries(value)) yield* placesOf(member, [...path, name])
  }
}

const at = (value: unknown, path: Path): unknown =>
  // the places are those of this very value
  path.reduce((inner, name) => (inner as { readonly [name: string | number]: unknown })[name], value)

const put = (value: unknown, [name, ...rest]: Path, instead: unknown): unknown => {
  if (name === undefined) return instead
  if (Array.isArray(value)) return value.with(Number(name), put(value[Number(name)], rest, instead))
  const fields = value as Fields
  return Object.fromEntries(
    Object.entries(fields).map(([key, member]) => [key, key === name ? put(member, rest, instead) : member])
  )
}
