/**
 * A `Mutant` is our own code with one place of its sources changed. It runs in a thread of its own, so that nothing else is changed.
 *
 * The text that is changed must be there once: who writes it anew is told, and changes the mutant too.
 *
 * @since 0.1.0
 */
import * as Law from "@mcp-effect/testkit/Law"
import * as Effect from "effect/Effect"
import { Worker } from "node:worker_threads"
import type { Fault } from "./Fault.ts"

/** A change of a file of the packages, as `core/src/Peer.ts`. */
export interface Change {
  readonly file: string
  readonly text: string
  readonly by: string
}

export interface Question {
  readonly id: string
  /** The same for the same change: a mutant is loaded once. */
  readonly mutant: string
  readonly change: Change
  readonly module: string
  readonly law: string
  readonly options: Law.CheckOptions
}

export interface Answer {
  readonly id: string
  readonly error: string | undefined
  readonly violation: ConstructorParameters<typeof Law.Violation>[0] | undefined
}

let worker: Worker | undefined
let questions = 0
const mutants = new Map<string, string>()
const waiting = new Map<string, (answer: Answer) => void>()

const mutantOf = (change: Change): string => {
  const key = JSON.stringify(change)
  const known = mutants.get(key)
  if (known !== undefined) return known
  mutants.set(key, String(mutants.size + 1))
  return mutantOf(change)
}

const ask = (question: Omit<Question, "id">): Effect.Effect<Answer> =>
  Effect.callback<Answer>((resume) => {
    const id = String(++questions)
    const asked = thread()
    waiting.set(id, (answer) => {
      if (waiting.size === 0) asked.unref()
      resume(Effect.succeed(answer))
    })
    asked.ref()
    asked.postMessage({ ...question, id })
    return Effect.sync(() => waiting.delete(id))
  })

// One for all: it has loaded what no mutant changes.
const thread = (): Worker => {
  if (worker !== undefined) return worker
  worker = new Worker(new URL("./MutantWorker.ts", import.meta.url), {
    execArgv: ["--conditions=@mcp-effect/source", "--no-warnings"]
  })
  worker.on("message", (answer: Answer) => {
    const tell = waiting.get(answer.id)
    waiting.delete(answer.id)
    tell?.(answer)
  })
  worker.on("error", (error) => {
    const told = Array.from(waiting)
    waiting.clear()
    for (const [id, tell] of told) tell({ id, error: String(error), violation: undefined })
    worker = undefined
  })
  return worker
}

/** The law of this name of a module that has `laws()`, where the sources are changed. */
export const law = (change: Change, module: string, name: string): Law.Law => ({
  name,
  check: (options = {}) =>
    Effect.flatMap(ask({ change, mutant: mutantOf(change), module, law: name, options }), ({ error, violation }) => {
      if (error !== undefined) return Effect.die(new Error(error))
      return violation === undefined ? Effect.void : Effect.fail(new Law.Violation(violation))
    })
})

/** Faults of our own code, which a law of a module finds; these are its laws where nothing is changed. Each is tried once, for all faults of it. */
export const faultOf = (module: string, laws: ReadonlyArray<Law.Law>) => {
  const sound = laws.map((law): Law.Law => {
    let checked: Effect.Effect<void, Law.Violation> | undefined
    return { ...law, check: (options) => checked ??= Effect.runSync(Effect.cached(law.check(options))) }
  })
  return (name: string, caughtBy: string, change: Change): Fault => ({
    name,
    caughtBy,
    faulty: [law(change, module, caughtBy)],
    sound: sound.filter((law) => law.name === caughtBy)
  })
}
