/**
 * `Names` are what stands in a transcript for values that are others in every run: `$1` for a cursor, `«redacted:1»` for a secret.
 *
 * They are not found by guessing: only the members that the rules say, and what was redacted, are named.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * Which members differ from run to run.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rules {
  /**
   * Members whose value the server gives out and the client brings back, whatever it is: `nextCursor`, `cursor` and `requestState` always, and
   * these.
   */
  readonly named?: ReadonlyArray<string>
  /** Members that only need to be there, with a value of the same type: times, say. None by default. */
  readonly varying?: ReadonlyArray<string>
}

const always = ["nextCursor", "cursor", "requestState"]

/**
 * Which members are named.
 *
 * @category accessors
 * @since 0.1.0
 */
export const namedMembers = ({ named }: Rules): ReadonlySet<string> => new Set([...always, ...(named ?? [])])

const isName = (value: unknown): value is string => typeof value === "string" && /^\$\d+$/.test(value)

const redacted = /«redacted:\d+»/g

/**
 * What the names of a transcript stand for in this run.
 *
 * @category models
 * @since 0.1.0
 */
export type Bindings = ReadonlyMap<string, unknown>

/**
 * The names of one run.
 *
 * @category models
 * @since 0.1.0
 */
export class Names {
  readonly #named: ReadonlySet<string>
  readonly #values: Map<string, unknown>

  constructor(rules: Rules, secrets: Readonly<Record<string, unknown>> = {}) {
    this.#named = namedMembers(rules)
    this.#values = new Map(Object.entries(secrets))
  }

  /** The name that an expected value is, when its member is named. */
  nameOf(member: string, expected: unknown): string | undefined {
    return this.#named.has(member) && isName(expected) ? expected : undefined
  }

  /**
   * Whether a name may stand for this value; if so, it does from now on among `bindings`. One value has one name of a kind. A name that is given
   * anew need not stand for what it did.
   */
  bind(bindings: Map<string, unknown>, name: string, value: unknown, isAnew = false): boolean {
    if (typeof value === "object") return false
    const known = bindings.has(name) ? bindings.get(name) : this.#values.get(name)
    if (known === value) return true
    if (known !== undefined && !isAnew) return false
    const kind = kindOf(name)
    for (const [other, taken] of [...this.#values, ...bindings]) {
      if (taken === value && kindOf(other) === kind) return false
    }
    bindings.set(name, value)
    return true
  }

  /** Whether a text with redacted parts may stand for this value. */
  bindText(bindings: Map<string, unknown>, expected: string, actual: unknown): boolean {
    const names = expected.match(redacted) ?? []
    if (names[0] === expected) return this.bind(bindings, expected, actual)
    if (typeof actual !== "string") return false
    const pattern = expected.split(redacted).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("(.+?)")
    const found = new RegExp(`^${pattern}$`, "s").exec(actual)
    return found !== null && names.every((name, i) => this.bind(bindings, name, found[i + 1]))
  }

  /** What was learned holds from now on. */
  learn(bindings: Bindings): void {
    for (const [name, value] of bindings) this.#values.set(name, value)
  }

  /** What a name stands for. */
  valueOf(name: string): unknown {
    return this.#values.get(name)
  }

  /** A message with values in the place of names; what has no value is said as it is. */
  show(message: unknown): unknown {
    return mapMembers(message, (member, value) => {
      if (typeof value !== "string") return value
      if (this.#named.has(member) && isName(value)) return this.#values.get(value) ?? value
      if (!value.includes("«redacted:")) return value
      // who hears it as it is will say it as it is
      for (const name of value.match(redacted) ?? []) if (!this.#values.has(name)) this.#values.set(name, name)
      return this.#values.get(value) ?? value.replace(redacted, (name) => String(this.#values.get(name)))
    })
  }
}

const kindOf = (name: string): string => /^[^\d"]+/.exec(name)?.[0] ?? ""

/**
 * Whether a value has parts that were redacted.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasRedacted = (value: unknown): value is string => typeof value === "string" && value.search(redacted) >= 0

/**
 * A message whose every value that is no object and no array is made anew from its member's name and itself. What is in an array has the name of
 * the array's member.
 *
 * @category combinators
 * @since 0.1.0
 */
export const mapMembers = (value: unknown, f: (member: string, value: unknown) => unknown, member = ""): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, f, member))
  if (!Predicate.isObject(value)) return f(member, value)
  // a member `__proto__` stays a member
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapMembers(item, f, key)]))
}

/**
 * Gives names to what a server hands out, as it is recorded.
 *
 * @category models
 * @since 0.1.0
 */
export class Naming {
  readonly #named: ReadonlySet<string>
  readonly #names = new Map<unknown, string>()

  constructor(rules: Rules) {
    this.#named = namedMembers(rules)
  }

  /** The values by their names. */
  get given(): Bindings {
    return new Map([...this.#names].map(([value, name]) => [name, value]))
  }

  /** A message with names in the place of values. */
  hide(from: "client" | "server", message: unknown): unknown {
    return mapMembers(message, (member, value) => {
      if (!this.#named.has(member) || (typeof value !== "string" && typeof value !== "number")) return value
      // what a client made up by itself is said again as it is
      if (from === "server" && !this.#names.has(value)) this.#names.set(value, `$${this.#names.size + 1}`)
      return this.#names.get(value) ?? value
    })
  }
}
