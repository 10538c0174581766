/**
 * A `Redaction` takes secrets out of messages before anything is written: each becomes a name, `«redacted:1»`, and equal ones the same.
 *
 * It is not a promise that nothing secret is left: it knows the names that secrets have and the shapes of some, and what its author adds.
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Law from "./Law.ts"
import * as SchemaPlaces from "./transcript/SchemaPlaces.ts"
import * as Secrets from "./transcript/Secrets.ts"

/**
 * What is secret.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rules {
  /**
   * Names of members whose value is secret, and all that is in it. Case, `-`, `_` and `.` do not count, and the end of a name is enough: `token`
   * means `access_token`, too.
   */
  readonly members: ReadonlyArray<string>
  /** Names that end so and hold no secret all the same: `progressToken`. */
  readonly harmless: ReadonlyArray<string>
  /** What a secret looks like inside a text. Its first group is the secret, or all of it where it has none. */
  readonly patterns: ReadonlyArray<RegExp>
}

/**
 * What is secret unless somebody says otherwise.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: Rules = {
  members: [
    "authorization",
    "token",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "apiKey",
    "accessKey",
    "accessKeyId",
    "secretKey",
    "privateKey",
    "signingKey",
    "credential",
    "credentials",
    "cookie",
    "cookies",
    "jwt",
    "sessionId"
  ],
  harmless: ["progressToken"],
  patterns: [
    /\bbearer\s+([\w.~+/=-]{4,})/i,
    /\bauthorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?([^\s"',;]+)/i,
    /\b(?:set-)?cookie\s*:\s*([^\r\n]+)/i,
    /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/,
    /(?<![\w-])sk-[\w-]{8,}/,
    /\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}/,
    /(?<![\w-])xox[abprs]-[\w-]{8,}/,
    /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/,
    // in URLs and forms
    /(?:token|password|passwd|pwd|secret|api[_-]?key|credential|signature)=([^&\s"'#;,«]+)/i,
    /:\/\/[^\s/:@]*:([^\s/@«]+)@/
  ]
}

/**
 * More than the defaults.
 *
 * @example
 * ```ts
 * import * as Redaction from "@mcp-effect/testkit/Redaction"
 *
 * // `{"license":"AB-12"}` becomes `{"license":"«redacted:1»"}`
 * const redact = Redaction.make(Redaction.rules({ members: ["license"], patterns: [/\bcustomer-\d{6}\b/] }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const rules = (own: Partial<Rules>): Rules => ({
  members: [...defaults.members, ...(own.members ?? [])],
  harmless: [...defaults.harmless, ...(own.harmless ?? [])],
  patterns: [...defaults.patterns, ...(own.patterns ?? [])]
})

/**
 * Messages without their secrets; what it has learned from one it knows in all that follow.
 *
 * @category models
 * @since 0.1.0
 */
export type Redaction = (message: unknown) => unknown

// What nests deeper, in arrays and objects, is left out, since nobody has looked at it.
const maxDepth = 128

// How deep texts are looked into that hold JSON, which may hold such texts in turn.
const maxNesting = 3

// The longest text that is looked into for JSON, in UTF-16 units. What is found by its shape is found in longer ones, too.
const maxJsonText = 1024 * 1024

/**
 * A redaction that knows nothing yet. A secret is found by the name of its member, in objects and in texts that hold them as JSON, and by what it
 * looks like; and wherever it stands then, in texts and in names of members, it is redacted, too. What has less than 4 characters is looked for
 * elsewhere only in quotes. Schemas of tools and forms keep their members: only values that they give by name are secret. `known`
 * are secrets by the names that they have already.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  rules: Rules = defaults,
  known: Readonly<Record<string, unknown>> = {}
): Redaction => {
  const secrets = new Secrets.Secrets(rules.patterns, known)
  const [members, harmless] = [rules.members.map(plain), rules.harmless.map(plain)]
  const judged = new Map<string, boolean>()
  const isSecret = (name: string): boolean => {
    const found = judged.get(name)
    if (found !== undefined) return found
    const member = plain(name)
    const isIt = members.some((end) => member.endsWith(end)) && !harmless.some((end) => member.endsWith(end))
    // names come from peers: what is kept of them has an end
    if (judged.size < 10_000) judged.set(name, isIt)
    return isIt
  }

  const learnText = (text: string, nesting: number): void => {
    secrets.learnFrom(text)
    if (nesting < maxNesting && text.length <= maxJsonText && /^\s*[[{]/.test(text)) {
      const json = parse(text)
      if (json !== undefined) learn(json, false, SchemaPlaces.none, nesting + 1)
    }
  }
  const learn = (value: unknown, isIn: boolean, place: SchemaPlaces.Place, nesting: number): void => {
    if (typeof value === "string") {
      if (isIn && place !== "schema") secrets.learn(value)
      return learnText(value, nesting)
    }
    if (typeof value === "number") return isIn && place !== "schema" ? secrets.learn(String(value)) : undefined
    if (Array.isArray(value)) return value.forEach((item) => learn(item, isIn, place, nesting))
    if (!Predicate.isObject(value)) return
    const named = namedValue(value)
    for (const [key, item] of Object.entries(value)) {
      learnText(key, maxNesting)
      const next = SchemaPlaces.enter(place, key)
      const isNamed = named !== undefined && key === "value" && isSecret(named)
      learn(item, isIn || isNamed || isSecret(key), next, nesting)
    }
  }
  const redact = (value: unknown, isIn: boolean, place: SchemaPlaces.Place): unknown => {
    const isOne = isIn && place !== "schema"
    if (typeof value === "string") return isOne ? secrets.nameOf(value) : secrets.hide(value)
    if (typeof value === "number") return isOne ? secrets.nameOf(String(value)) : value
    if (Array.isArray(value)) return value.map((item) => redact(item, isIn, place))
    if (!Predicate.isObject(value)) return value
    const named = namedValue(value)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const next = SchemaPlaces.enter(place, key)
        const isNamed = named !== undefined && key === "value" && isSecret(named)
        return [
          secrets.hideInName(key),
          redact(item, isIn || isNamed || isSecret(key), next)
        ]
      })
    )
  }
  return (message) => {
    if (JsonRpc.isDeeperThan(message, maxDepth)) return leftOut(message)
    learn(message, false, SchemaPlaces.none, 0)
    return redact(message, false, SchemaPlaces.none)
  }
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_.\s]/g, "")

// As headers, variables and arguments are given: `{ name: "token", value: "…" }`.
const namedValue = (value: { readonly [key: PropertyKey]: unknown }): string | undefined => {
  const name = value.name ?? value.key
  return typeof name === "string" ? name : undefined
}

const parse = (text: string): unknown => {
  try {
    const json: unknown = JSON.parse(text)
    return JsonRpc.isDeeperThan(json, maxDepth) ? undefined : json
  } catch {
    return undefined
  }
}

// Enough to see what was said to whom.
const leftOut = (message: unknown): unknown => {
  if (!Predicate.isObject(message)) return { jsonrpc: "2.0", method: "«nested too deeply»" }
  const { id, method } = message
  return {
    jsonrpc: "2.0",
    ...(JsonRpc.isRequestId(id) ? { id } : {}),
    ...(typeof method === "string" ? { method: method.slice(0, 100), params: {} } : { result: {} })
  }
}

/**
 * The law that no secret is left in a message, where `message` makes one with the secret in it.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (
  name: string,
  options: {
    readonly rules?: Rules
    readonly secret: Arbitrary.Arbitrary<string>
    readonly message: (secret: string) => unknown
  }
): Law.Law =>
  Law.make(
    name,
    Effect.succeed([Law.property({
      subject: "the redaction",
      arbitrary: options.secret,
      holds: (secret) =>
        Effect.suspend(() => {
          const text = JSON.stringify(make(options.rules)(options.message(secret)))
          const written = JSON.stringify(secret).slice(1, -1)
          return text.includes(written)
            ? Effect.fail(new Law.Broken({ reason: `it left ${JSON.stringify(secret)} in ${text}` }))
            : Effect.void
        })
    })])
  )
