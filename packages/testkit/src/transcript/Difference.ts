/**
 * A `Difference` is one place where a message is not what a transcript says.
 *
 * It is not about the order of members, which says nothing.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Names, Rules } from "./Names.ts"
import { hasRedacted } from "./Names.ts"

/**
 * How exactly a message has to be what the transcript says. `strict`: it is the same. `lenient`: it may have more members, and the ids that the
 * side under test gives to its requests and their progress may be others, as long as they are used in the same way.
 *
 * @category models
 * @since 0.1.0
 */
export type Mode = "strict" | "lenient"

/**
 * One place: `undefined` where there is nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Difference {
  /** A JSON pointer. */
  readonly pointer: string
  readonly expected: unknown
  readonly actual: unknown
}

/**
 * What a message was compared with, and what had to be learned to find it the same.
 *
 * @category models
 * @since 0.1.0
 */
export interface Comparison {
  readonly differences: ReadonlyArray<Difference>
  readonly bindings: ReadonlyMap<string, unknown>
}

// How deep messages are looked into, in arrays and objects. What nests deeper is not the same as anything.
const maxDepth = 512

const subscriptionId = "io.modelcontextprotocol/subscriptionId"

/**
 * Compares messages of the side under test, and says those of the other.
 *
 * @category models
 * @since 0.1.0
 */
export class Comparing {
  readonly #names: Names
  readonly #varying: ReadonlySet<string>
  readonly #mode: Mode

  constructor(names: Names, rules: Rules, mode: Mode) {
    this.#names = names
    this.#varying = new Set(rules.varying)
    this.#mode = mode
  }

  /** Where `actual` is not `expected`. */
  compare(expected: unknown, actual: unknown): Comparison {
    const differences: Array<Difference> = []
    const bindings = new Map<string, unknown>()
    this.#walk("", "", expected, actual, 0, {
      differ: (pointer, expected, actual) => differences.push({ pointer, expected, actual }),
      bindings,
      variable: this.#mode === "lenient" ? variablesOf(expected) : () => undefined
    })
    return { differences, bindings }
  }

  /** A message as it is said in this run. */
  show(message: unknown): unknown {
    const shown = this.#names.show(message)
    if (this.#mode === "strict" || !Predicate.isObject(shown)) return shown
    const { method, params } = shown
    if (method === undefined) return { ...shown, id: this.#given("id", shown.id) }
    if (!Predicate.isObject(params)) return shown
    if (method === "notifications/progress") {
      return { ...shown, params: { ...params, progressToken: this.#given("progressToken", params.progressToken) } }
    }
    const meta = params._meta
    if (!Predicate.isObject(meta) || meta[subscriptionId] === undefined) return shown
    return {
      ...shown,
      params: { ...params, _meta: { ...meta, [subscriptionId]: this.#given("id", meta[subscriptionId]) } }
    }
  }

  #given(kind: string, value: unknown): unknown {
    return this.#names.valueOf(idName(kind, value)) ?? value
  }

  #walk(pointer: string, member: string, expected: unknown, actual: unknown, depth: number, run: Run): void {
    if (depth > maxDepth) return run.differ(pointer, "what nests less deeply", actual)
    const name = this.#names.nameOf(member, expected) ?? run.variable(pointer, expected)
    if (name !== undefined && actual !== undefined) {
      // an id is free again once its request is over
      if (
        !this.#names.bind(run.bindings, name, actual, pointer === "/id" || pointer === "/params/_meta/progressToken")
      ) {
        run.differ(pointer, run.bindings.get(name) ?? this.#names.valueOf(name) ?? expected, actual)
      }
      return
    }
    if (this.#varying.has(member) && actual !== undefined && typeof expected === typeof actual) return
    if (Array.isArray(expected) && Array.isArray(actual)) {
      for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
        this.#walk(`${pointer}/${i}`, member, expected[i], actual[i], depth + 1, run)
      }
      return
    }
    if (Predicate.isObject(expected) && Predicate.isObject(actual)) {
      for (const key of Object.keys(expected)) {
        const own = Object.hasOwn(actual, key) ? actual[key] : undefined
        this.#walk(`${pointer}/${escape(key)}`, key, expected[key], own, depth + 1, run)
      }
      if (this.#mode === "lenient") return
      for (const key of Object.keys(actual)) {
        if (!Object.hasOwn(expected, key)) run.differ(`${pointer}/${escape(key)}`, undefined, actual[key])
      }
      return
    }
    if (Object.is(expected, actual)) return
    if (hasRedacted(expected) && this.#names.bindText(run.bindings, expected, actual)) return
    run.differ(pointer, expected, actual)
  }
}

interface Run {
  readonly differ: (pointer: string, expected: unknown, actual: unknown) => void
  readonly bindings: Map<string, unknown>
  readonly variable: (pointer: string, expected: unknown) => string | undefined
}

// Where the side under test names a request of its own.
const variablesOf = (message: unknown): Run["variable"] => {
  if (!Predicate.isObject(message) || message.method === undefined) return () => undefined
  return (pointer, expected) => {
    if (expected === undefined) return undefined
    if (pointer === "/id" || (pointer === "/params/requestId" && message.method === "notifications/cancelled")) {
      return idName("id", expected)
    }
    return pointer === "/params/_meta/progressToken" ? idName("progressToken", expected) : undefined
  }
}

const idName = (kind: string, value: unknown): string => `${kind} ${JSON.stringify(value)}`

const escape = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1")
