/**
 * A `Step` takes a value to the form that an older revision knows; it gives the very same value when there is nothing to change.
 *
 * It is not a codec: it assumes a valid value, and never fails.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/changelog
 *
 * @since 0.1.0
 */
import * as Function from "effect/Function"

/**
 * A projection of one kind of value.
 *
 * @category models
 * @since 0.1.0
 */
export type Step<A> = (value: A) => A

/**
 * The step that changes nothing. The combinators know it, so that a chain of it costs nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const identity: <A>(value: A) => A = Function.identity

/**
 * One step after the other.
 *
 * @category combinators
 * @since 0.1.0
 */
export const chain = <A>(...steps: ReadonlyArray<Step<A>>): Step<A> => {
  const [first, ...rest] = steps.filter((step) => step !== identity)
  return first === undefined ? identity : rest.reduce((before, after) => (value) => after(before(value)), first)
}

/**
 * A step for each element.
 *
 * @category combinators
 * @since 0.1.0
 */
export const each = <A>(step: Step<A>): Step<ReadonlyArray<A>> => {
  if (step === identity) return identity
  return (values) => {
    const projected = values.map(step)
    return projected.every((value, index) => value === values[index]) ? values : projected
  }
}

/**
 * A step for each value of a record.
 *
 * @category combinators
 * @since 0.1.0
 */
export const eachValue = <A>(step: Step<A>): Step<{ readonly [key: string]: A }> => {
  if (step === identity) return identity
  return (values) => {
    const projected = Object.entries(values).map(([key, value]): [string, A] => [key, step(value)])
    return projected.every(([key, value]) => value === values[key]) ? values : Object.fromEntries(projected)
  }
}

/**
 * A step for one member, where it is present.
 *
 * @category combinators
 * @since 0.1.0
 */
export const at = <A extends object, K extends keyof A>(key: K, step: Step<Exclude<A[K], undefined>>): Step<A> => {
  if (step === identity) return identity
  return (value) => {
    const member = value[key]
    if (!isPresent(member)) return value
    const projected = step(member)
    return projected === member ? value : { ...value, [key]: projected }
  }
}

const isPresent = <A>(member: A): member is Exclude<A, undefined> => member !== undefined

type Optional<A> = { [K in keyof A]-?: {} extends Pick<A, K> ? K : never }[keyof A]

/**
 * Leaves optional members out.
 *
 * @category combinators
 * @since 0.1.0
 */
export const omit = <A extends object>(...keys: ReadonlyArray<Optional<A>>): Step<A> => (value) => {
  if (!keys.some((key) => key in value)) return value
  const rest = { ...value }
  for (const key of keys) delete rest[key]
  return rest
}
