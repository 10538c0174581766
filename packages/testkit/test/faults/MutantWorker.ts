/**
 * The thread that mutants run in: it loads the sources of the packages anew for each of them, with one place changed, and checks a law there.
 *
 * The mutants are chosen by who asks (`Mutant`).
 *
 * @since 0.1.0
 */
import type * as Law from "@mcp-effect/testkit/Law"
import * as Effect from "effect/Effect"
import { registerHooks } from "node:module"
import { parentPort } from "node:worker_threads"
import type { Answer, Question } from "./Mutant.ts"
import type * as MutantModule from "./MutantModule.ts"

// by their mutants
const changes = new Map<string, Question["change"]>()
const changed = new Set<string>()

const parameter = "?mutant="

const mutantOf = (url: string | undefined): string | undefined => url?.split(parameter)[1]

const ours = /\/(packages|apps)\/[a-z]+\/(src|test)\//

registerHooks({
  // what a mutant imports of the packages and the apps is its own, down to the last module
  resolve: (specifier, context, nextResolve) => {
    const resolved = nextResolve(specifier, context)
    const mutant = mutantOf(context.parentURL)
    return mutant === undefined || !ours.test(resolved.url)
      ? resolved
      : { ...resolved, url: `${resolved.url}${parameter}${mutant}` }
  },
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const mutant = mutantOf(url)
    const change = mutant === undefined ? undefined : changes.get(mutant)
    if (mutant === undefined || change === undefined || !url.includes(`/${change.file}?`)) return loaded
    const parts = String(loaded.source).split(change.text)
    if (parts.length !== 2) throw new Error(`${change.file} has ${parts.length - 1} times: ${change.text}`)
    changed.add(mutant)
    return { ...loaded, source: parts.join(change.by) }
  }
})

const violationOf = async (question: Question): Promise<Answer["violation"]> => {
  const { load } = await import(`./MutantModule.ts${parameter}${question.mutant}`) as typeof MutantModule
  const laws = await load(question.module)
  if (!changed.has(question.mutant)) throw new Error(`${question.change.file} is not loaded`)
  const law = laws.find(({ name }) => name === question.law)
  if (law === undefined) throw new Error(`There is no law: ${question.law}`)
  return Effect.runPromise(Effect.match(law.check(question.options), {
    onFailure: ({ counterexample, lines, reason, replay, subject }: Law.Violation) => ({
      law: question.law,
      counterexample,
      lines,
      reason,
      replay,
      subject
    }),
    onSuccess: () => undefined
  }))
}

parentPort?.on("message", (question: Question) => {
  changes.set(question.mutant, question.change)
  violationOf(question).then(
    (violation): Answer => ({ id: question.id, violation, error: undefined }),
    (error: unknown): Answer => ({ id: question.id, violation: undefined, error: String(error) })
  ).then((answer) => parentPort?.postMessage(answer))
})
