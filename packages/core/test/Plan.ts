/**
 * A `Plan` is a handler as data: what it asks, does once, does, and in what order and beside what. It runs as a real handler, and tests make
 * any number of them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Elicitation from "../src/Elicitation.ts"
import * as Journal from "../src/Journal.ts"
import * as Roots from "../src/Roots.ts"
import * as Sampling from "../src/Sampling.ts"
import type * as SessionError from "../src/SessionError.ts"
import type * as Tool from "../src/Tool.ts"
import { Broken } from "./Asking.ts"

export type Step =
  | {
    readonly _tag: "Ask"
    readonly kind: "form" | "sampling" | "roots"
    readonly about: number
    readonly keyed: boolean
  }
  | { readonly _tag: "Once"; readonly yields: number; readonly fails: boolean }
  | { readonly _tag: "Do" }
  | { readonly _tag: "Yield"; readonly times: number }
  | { readonly _tag: "Fail" }
  | { readonly _tag: "All"; readonly branches: ReadonlyArray<Plan>; readonly concurrency: 1 | 2 | "unbounded" }
  /** Branches that ask, of which the first to have its answers wins. */
  | { readonly _tag: "Race"; readonly branches: ReadonlyArray<Plan> }
  /** Goes one way or the other by what the branch has so far. */
  | { readonly _tag: "When"; readonly odd: Plan; readonly even: Plan }
  | { readonly _tag: "Attempt"; readonly body: Plan }
  | { readonly _tag: "Ensuring"; readonly body: Plan }
  | { readonly _tag: "Loop"; readonly times: number; readonly body: Plan }

export type Plan = ReadonlyArray<Step>

const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))

const leaves = [
  Schema.TaggedStruct("Ask", {
    kind: Schema.Literals(["form", "form", "sampling", "roots"]),
    about: small(3),
    keyed: Schema.Boolean
  }),
  Schema.TaggedStruct("Ask", { kind: Schema.Literal("form"), about: small(3), keyed: Schema.Boolean }),
  Schema.TaggedStruct("Once", { yields: small(4), fails: Schema.Literals([false, false, false, true]) }),
  Schema.TaggedStruct("Do", {}),
  Schema.TaggedStruct("Yield", { times: small(5) })
] as const

const Asks: Schema.Codec<Plan> = Schema.Array(leaves[1]).check(Schema.isMinLength(1), Schema.isMaxLength(3))

const nested = (inner: Schema.Codec<Step>): Schema.Codec<Plan> => {
  const plan = Schema.Array(inner).check(Schema.isMinLength(1), Schema.isMaxLength(3))
  return Schema.Array(Schema.Union([
    ...leaves,
    Schema.TaggedStruct("Fail", {}),
    Schema.TaggedStruct("All", {
      branches: Schema.Array(plan).check(Schema.isMinLength(2), Schema.isMaxLength(4)),
      concurrency: Schema.Literals([1, 2, "unbounded"])
    }),
    Schema.TaggedStruct("Race", {
      branches: Schema.Array(Asks).check(Schema.isMinLength(2), Schema.isMaxLength(4))
    }),
    Schema.TaggedStruct("When", { odd: plan, even: plan }),
    Schema.TaggedStruct("Attempt", { body: plan }),
    Schema.TaggedStruct("Ensuring", { body: plan }),
    Schema.TaggedStruct("Loop", { times: small(3), body: plan })
  ])).check(Schema.isMinLength(1), Schema.isMaxLength(3))
}

const item = (plan: Schema.Codec<Plan>): Schema.Codec<Step> =>
  Schema.Union([
    ...leaves,
    Schema.TaggedStruct("All", {
      branches: Schema.Array(plan).check(Schema.isMinLength(2), Schema.isMaxLength(3)),
      concurrency: Schema.Literals([1, 2, "unbounded"])
    }),
    Schema.TaggedStruct("Attempt", { body: plan })
  ])

/** Plans of some depth. */
export const Plan: Schema.Codec<Plan> = nested(item(nested(Schema.Union(leaves))))

/** What was done, in order: the place of each step in the plan. */
export interface Log {
  readonly done: Array<string>
  readonly once: Array<{ readonly at: string; readonly branch: string }>
}

export const log = (): Log => ({ done: [], once: [] })

type Run = Effect.Effect<ReadonlyArray<unknown>, Broken | SessionError.SessionError, Tool.HandlerServices>

/** Where in a plan: `at` is the place, `branch` that of the innermost branch that runs beside others, so that what they ask is told apart. */
interface Place {
  readonly at: string
  readonly branch: string
}

/** The plan as a handler that says what it did. */
export const run = (plan: Plan, log: Log, { at, branch }: Place = { at: "0", branch: "0" }): Run =>
  Effect.gen(function*() {
    const results: Array<unknown> = []
    for (const [index, step] of plan.entries()) {
      results.push(yield* runStep(step, log, { at: `${at}.${index}`, branch }, results))
    }
    return results
  })

const runStep = (
  step: Step,
  log: Log,
  place: Place,
  before: ReadonlyArray<unknown>
): Effect.Effect<unknown, Broken | SessionError.SessionError, Tool.HandlerServices> => {
  const { at, branch } = place
  switch (step._tag) {
    case "Ask":
      return ask(step.kind, `${step.about}? in ${branch}`, step.keyed ? at : undefined)
    case "Once":
      return Journal.once(
        at,
        { success: Schema.Int, error: Broken },
        Effect.gen(function*() {
          yield* Effect.repeat(Effect.yieldNow, { times: step.yields })
          log.once.push(place)
          if (step.fails) return yield* new Broken({ at })
          return log.once.filter((done) => done.at === at).length
        })
      )
    case "Do":
      return Effect.sync(() => void log.done.push(at))
    case "Yield":
      return Effect.repeat(Effect.yieldNow, { times: step.times })
    case "Fail":
      return new Broken({ at })
    case "All":
      return Effect.all(
        step.branches.map((branch, index) => attempt(branch, log, { at: `${at}.${index}`, branch: `${at}.${index}` })),
        { concurrency: step.concurrency }
      )
    case "Race":
      return Effect.raceAllFirst(
        step.branches.map((branch, index) => run(branch, log, { at: `${at}.${index}`, branch: `${at}.${index}` }))
      )
    case "When":
      return JSON.stringify(before).length % 2 === 1
        ? run(step.odd, log, { at: `${at}.odd`, branch })
        : run(step.even, log, { at: `${at}.even`, branch })
    case "Attempt":
      return attempt(step.body, log, place)
    case "Ensuring":
      return Effect.ensuring(run(step.body, log, place), Effect.sync(() => log.done.push(`${at} finally`)))
    case "Loop":
      return Effect.forEach(Array.from({ length: step.times }), () => run(step.body, log, place))
  }
}

// A branch that fails would interrupt the others wherever they are, which is not the same twice.
const attempt = (body: Plan, log: Log, place: Place) =>
  Effect.catchTag(run(body, log, place), "Broken", (broken) => Effect.succeed(`Broken at ${broken.at}`))

const ask = (
  kind: "form" | "sampling" | "roots",
  about: string,
  key: string | undefined
): Effect.Effect<unknown, SessionError.SessionError, Tool.HandlerServices> => {
  const options = key === undefined ? {} : { key }
  switch (kind) {
    case "form":
      return Effect.map(
        Elicitation.form({ message: about, fields: { count: Schema.Int } }, options),
        (answer) => answer.action === "accept" ? answer.content.count : answer.action
      )
    case "sampling":
      return Effect.map(
        Sampling.createMessage({
          messages: [{ role: "user", content: { type: "text", text: about } }],
          maxTokens: 10
        }, options),
        ({ model }) => model
      )
    case "roots":
      return Effect.map(
        Effect.flatMap(Roots.Roots, (roots) => roots.list(options)),
        (roots) => roots.map(({ uri }) => uri)
      )
  }
}
