/**
 * A `Law` is a sentence about a server, a transport or a store that has to be true of each, and what finds a counterexample.
 *
 * It is not bound to a test runner: `check` is an effect. `Vitest.laws` makes tests of laws.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Transcript from "./Transcript.ts"

/**
 * How hard a counterexample is looked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  /** How many cases are tried of each subject; 50 by default. */
  readonly runs?: number
  /** The same cases for the same seed; another one each time by default. */
  readonly seed?: string | number
  /** How many smaller cases are tried once there is a counterexample; 100 by default. */
  readonly shrinks?: number
  /** How large the values of a case get, and how many there are in lists; 10 by default. */
  readonly size?: number
  /** The token of a violation: that case alone is tried, of its own law. */
  readonly replay?: string
}

/**
 * A counterexample: the smallest that was found, what was said until then, and the token that brings it back.
 *
 * @category errors
 * @since 0.1.0
 */
export class Violation extends Data.TaggedError("Violation")<{
  readonly law: string
  /** Of what the law is not true: `tool add`, for example. */
  readonly subject: string
  readonly reason: string
  readonly counterexample: unknown
  readonly lines: ReadonlyArray<Transcript.Line>
  readonly replay: string
}> {
  override get message(): string {
    return [
      `${this.subject}: ${this.law}`,
      `  but ${this.reason.replaceAll("\n", "\n  ")}`,
      ...(this.counterexample === undefined
        ? []
        : [`Counterexample: ${Formatter.format(this.counterexample, { space: 2 })}`]),
      ...(this.lines.length === 0 ? [] : [`Transcript:\n${Transcript.format(this.lines).trimEnd()}`]),
      `Replay: ${JSON.stringify(this.replay)}`
    ].join("\n")
  }
}

/**
 * A law.
 *
 * @category models
 * @since 0.1.0
 */
export interface Law {
  /** What has to be true. */
  readonly name: string
  readonly check: (options?: CheckOptions) => Effect.Effect<void, Violation>
}

/**
 * Says that a case is a counterexample, and why.
 *
 * @category errors
 * @since 0.1.0
 */
export class Broken extends Data.TaggedError("Broken")<{
  readonly reason: string
  readonly lines?: ReadonlyArray<Transcript.Line>
}> {
  override get message(): string {
    return this.reason
  }
}

/**
 * A law of one subject: the cases that it is tried with, and what has to be true of each. A defect is a counterexample, too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Property<in out A> {
  readonly subject: string
  readonly arbitrary: Arbitrary.Arbitrary<A>
  readonly holds: (value: A) => Effect.Effect<void, Broken, Scope.Scope>
  /** What people are shown of a counterexample; all of it by default. */
  readonly shown?: (value: A) => unknown
  /** What people are told where no cases can be made: what to do about it. */
  readonly untriable?: string
}

/**
 * A property whose cases nobody else needs to know the type of.
 *
 * @category constructors
 * @since 0.1.0
 */
export const property = <A>(property: Property<A>): AnyProperty => ({
  subject: property.subject,
  untriable: property.untriable,
  check: (options) =>
    Effect.map(
      Arbitrary.checkEffect(property.arbitrary, (value) => Effect.scoped(attempt(property.holds(value))), options),
      (result) =>
        result._tag === "Falsified" && property.shown !== undefined
          ? { ...result, shrunkInput: property.shown(result.shrunkInput) }
          : result
    )
})

/**
 * Any property.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyProperty {
  readonly subject: string
  readonly untriable?: string | undefined
  readonly check: (options: Arbitrary.CheckOptions) => Effect.Effect<Arbitrary.CheckResult<unknown, Broken>>
}

const attempt = (holds: Effect.Effect<void, Broken, Scope.Scope>): Effect.Effect<boolean, Broken, Scope.Scope> =>
  Effect.catchCause(Effect.as(holds, true), (cause) => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
    const broken = Cause.findErrorOption(cause)
    return Effect.fail(
      broken._tag === "Some" ? broken.value : new Broken({ reason: `it died: ${Cause.pretty(cause)}` })
    )
  })

/**
 * A law of properties, of which `properties` tells when it is checked.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  name: string,
  properties: Effect.Effect<ReadonlyArray<AnyProperty>, Broken, Scope.Scope>
): Law => ({
  name,
  check: (options = {}) => {
    const violated = (subject: string, broken: Broken, counterexample: unknown, token: string) =>
      new Violation({
        law: name,
        subject,
        reason: broken.reason,
        counterexample,
        lines: broken.lines ?? [],
        replay: JSON.stringify([name, subject, token])
      })
    const untried = (broken: Broken) => violated(nothing, broken, undefined, "")
    const replay = options.replay === undefined ? undefined : tokenOf(options.replay)
    if (replay === null) return Effect.fail(untried(new Broken({ reason: "that is no token to replay" })))
    if (replay !== undefined && replay.law !== name) return Effect.void
    const isMeant = ({ subject }: AnyProperty) => replay === undefined || replay.subject === subject
    return Effect.gen(function*() {
      const all = yield* Effect.scoped(Effect.mapError(properties, untried))
      if (replay?.subject === nothing) return
      if (!all.some(isMeant) && replay !== undefined) {
        return yield* untried(new Broken({ reason: `there is no ${JSON.stringify(replay.subject)} to replay it with` }))
      }
      const runs = options.runs ?? 50
      for (const property of all.filter(isMeant)) {
        const result = yield* property.check({
          runs,
          maxDiscards: runs * maxDiscards,
          size: options.size ?? 10,
          seed: options.seed,
          maxShrinks: options.shrinks,
          replay: replay?.token
        })
        const found = findingOf(result, property)
        if (found === undefined) continue
        return yield* violated(property.subject, found.broken, found.counterexample, found.token)
      }
    })
  }
})

// For each case that is tried. One of a hundred numbers may be what is meant.
const maxDiscards = 200

// The subject of what keeps a law from being tried at all.
const nothing = "before any case"

interface Finding {
  readonly broken: Broken
  readonly counterexample?: unknown
  readonly token: string
}

const findingOf = (
  result: Arbitrary.CheckResult<unknown, Broken>,
  { untriable }: AnyProperty
): Finding | undefined => {
  switch (result._tag) {
    case "Passed":
      return undefined
    case "Falsified": {
      const { failure, replay, shrunkInput } = result
      const broken = failure._tag === "PropertyError" ? failure.error : new Broken({ reason: "it is not so" })
      return { broken, counterexample: shrunkInput, token: replay }
    }
    case "Exhausted":
      return {
        broken: new Broken({
          reason: [`no cases could be made: ${result.discards} were discarded`, untriable ?? []].flat().join("\n")
        }),
        token: ""
      }
    case "ReplayMismatch":
      // a case that was a counterexample once, and is none any more, is what mending is for
      return result.reason === "PropertyPassed" || result.reason === "ShrinkPassed" ? undefined : {
        broken: new Broken({ reason: "the token does not bring its case back: cases are made in another way now" }),
        token: ""
      }
  }
}

const Token = Schema.fromJsonString(Schema.Tuple([Schema.String, Schema.String, Schema.String]))

const decodeToken = Schema.decodeUnknownResult(Token)

/**
 * The name of the law that a token replays a case of; undefined for what is no token.
 *
 * @category accessors
 * @since 0.1.0
 */
export const nameOfReplay = (replay: string): string | undefined => tokenOf(replay)?.law

/** Null for what is no token. */
const tokenOf = (
  replay: string
): { readonly law: string; readonly subject: string; readonly token: string } | null =>
  Result.match(decodeToken(replay), {
    onFailure: () => null,
    onSuccess: ([law, subject, token]) => ({ law, subject, token })
  })
