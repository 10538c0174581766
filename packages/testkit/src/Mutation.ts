/**
 * A `Mutation` makes hostile messages of good ones: in what they say, in their envelope, in their text, in their bytes.
 *
 * It is not a generator of values that fit (`Generators`): of what it makes, some still fits, and most does not. It is fast, and the same for the same
 * seed.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import * as Arbitrary from "effect/Arbitrary"
import type * as Layer from "effect/Layer"
import type * as Conversations from "./Conversations.ts"
import type * as Law from "./Law.ts"
import { settingsOf } from "./laws/Options.ts"
import * as Hostility from "./mutation/Hostility.ts"
import * as JsonMutation from "./mutation/JsonMutation.ts"
import * as Random from "./mutation/Random.ts"
import * as TextMutation from "./mutation/TextMutation.ts"
import * as Wire from "./Wire.ts"

/**
 * What was done to a message.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "structure" | "strings" | "numbers" | "envelope" | "text" | "bytes"

/**
 * A mutated message. `bytes` are what goes over the wire; they may hold line feeds, and be no UTF-8.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mutant {
  readonly kind: Kind
  readonly bytes: Uint8Array
}

/**
 * The random numbers of a seed, from 0 to below 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const random: (seed: string | number) => Random.Random = Random.make

const jsonKinds: ReadonlyArray<readonly [Kind, JsonMutation.Change]> = [
  ["structure", JsonMutation.structure],
  ["structure", JsonMutation.structure],
  ["strings", JsonMutation.strings],
  ["numbers", JsonMutation.figures],
  ["envelope", JsonMutation.envelope]
]

/**
 * A JSON value with a change or two, which is JSON still.
 *
 * @category mutating
 * @since 0.1.0
 */
export const json = (value: unknown, random: Random.Random): unknown => {
  const [, changed] = changeOnce(value, random)
  return random() < 0.7 ? changed : changeOnce(changed, random)[1]
}

const changeOnce = (value: unknown, random: Random.Random): readonly [Kind, unknown] => {
  const [kind, change] = jsonKinds[Random.below(random, jsonKinds.length)] ?? ["structure", JsonMutation.structure]
  return [kind, change(value, random)]
}

const encoder = new TextEncoder()

/**
 * A message as bytes that have been changed in one way or another. Of several changes, the kind is that of the last one.
 *
 * @category mutating
 * @since 0.1.0
 */
export const message = (message: unknown, random: Random.Random): Mutant => {
  const way = random()
  if (way < 0.2) {
    return { kind: "text", bytes: encoder.encode(TextMutation.text(JSON.stringify(message), random)) }
  }
  if (way < 0.4) {
    return { kind: "bytes", bytes: TextMutation.bytes(encoder.encode(JSON.stringify(message)), random) }
  }
  const before = random() < 0.3 ? changeOnce(message, random)[1] : message
  const [kind, changed] = changeOnce(before, random)
  // an envelope may have lost all that it was
  return { kind, bytes: encoder.encode(JSON.stringify(changed) ?? "null") }
}

/**
 * The bytes with something of them changed.
 *
 * @category mutating
 * @since 0.1.0
 */
export const bytes: (bytes: Uint8Array, random: Random.Random) => Uint8Array = TextMutation.bytes

/**
 * Hostile JSON made of good messages, for laws; it shrinks to a smaller message, and to another change.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arbitrary = (messages: Arbitrary.Arbitrary<unknown>): Arbitrary.Arbitrary<unknown> =>
  Arbitrary.map(
    Arbitrary.all([messages, Arbitrary.schema(Random.Seed)]),
    ([message, seed]) => json(message, random(seed))
  )

/**
 * The law that hostile messages do no harm: among them, what is asked rightly is answered once, the server never fails, no object gets what it did not
 * have, each request is answered, the connection lives on, and nothing is left of it in the end.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Mutation from "@mcp-effect/testkit/Mutation"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import * as Wire from "@mcp-effect/testkit/Wire"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server>
 *
 * Vitest.laws("the calculator", [Mutation.law(Calculator, { wire: Wire.stdio })], { runs: 200 })
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const law = <E, R = never>(
  server: Layer.Layer<Server | R, E>,
  options: Conversations.Options<R> = {}
): Law.Law => {
  const { versions, wire = Wire.memory, ...others } = options
  return Hostility.law(
    settingsOf(server, others),
    wire,
    versions ?? wire.versions,
    (message, seed) => json(message, random(seed))
  )
}
