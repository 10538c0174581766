/**
 * What a scenario of the suite is about: the fixtures it names, and when its success is hollow.
 *
 * Several scenarios accept too much: an error result counts as "simple text", a tool that asked the client and then
 * failed counts as sampling, an empty list counts as a list. The rules here look at the details that the suite records
 * with its checks. They do not repeat what the suite already fails on. Which rule is for which scenario is said in
 * `FeatureExpectations`, `SessionExpectations` and `StatelessExpectations`.
 */
import { at, type Check } from "./Check.ts"

/** What a server lists, by the name or URI that a scenario uses. */
export interface Fixtures {
  readonly tools?: ReadonlyArray<string>
  readonly prompts?: ReadonlyArray<string>
  readonly resources?: ReadonlyArray<string>
  readonly resourceTemplates?: ReadonlyArray<string>
}

/** What a scenario needs and when its success is hollow: a sentence for each thing that was not seen. */
export interface Expectation {
  readonly fixtures: Fixtures
  readonly hollow: (checks: ReadonlyArray<Check>) => ReadonlyArray<string>
  /** The names of the checks that the suite cannot but skip: they are about another revision. */
  readonly skips?: ReadonlyArray<string>
}

type Path = ReadonlyArray<string | number>
/** A sentence for each thing that was not seen. */
export type Rule = Expectation["hollow"]

/** A value in a sentence. */
export const show = (value: unknown): string => value === undefined ? "nothing" : JSON.stringify(value)

/** A rule on one member of the details of the check with this id. */
export const detail =
  (id: string, path: Path, expected: string, holds: (value: unknown) => boolean): Rule => (checks) => {
    const value = at(checks.find((check) => check.id === id)?.details, ...path)
    return holds(value) ? [] : [`${id}: ${path.join(".")} is ${show(value)}, expected ${expected}`]
  }

/** A rule that a member of the details is this. */
export const equals = (id: string, path: Path, expected: unknown): Rule =>
  detail(id, path, show(expected), (value) => JSON.stringify(value) === JSON.stringify(expected))

/** A rule that a member of the details is a text with these parts. */
export const contains = (id: string, path: Path, ...parts: ReadonlyArray<string>): Rule =>
  detail(
    id,
    path,
    `a text with ${parts.map(show).join(" and ")}`,
    (value) => typeof value === "string" && parts.every((part) => value.includes(part))
  )

/** A rule that the result in the details is no error of a tool. */
export const noToolError = (id: string): Rule =>
  detail(id, ["result", "isError"], "a result that is no error", (value) => value !== true)

/** A rule that the check with this id was made and succeeded: the suite writes INFO where it could not test. */
export const succeeded = (id: string): Rule => (checks) =>
  checks.some((check) => check.id === id && check.status === "SUCCESS") ? [] : [`${id}: no success among the checks`]

/** A rule that the check with this id succeeded where the suite makes it: not every revision has it. */
export const whereMade = (id: string): Rule => (checks) =>
  checks.some((check) => check.id === id) ? succeeded(id)(checks) : []

/** A rule that is made of several. */
export const all = (...rules: ReadonlyArray<Rule>): Rule => (checks) => rules.flatMap((rule) => rule(checks))

/** A rule on each of the checks with this id that has the details which it is about. */
export const each = (id: string, rule: (details: unknown) => ReadonlyArray<string>): Rule => (checks) =>
  checks.filter((check) => check.id === id).flatMap((check) => rule(check.details))

/** There is nothing that the suite would let pass. */
export const nothing: Rule = () => []

/** A rule that a member of the details is a list with something in it. */
export const listed = (id: string, ...path: Path): Rule =>
  detail(id, path, "a list that is not empty", (value) => Array.isArray(value) && value.length > 0)

/** What a scenario about this tool needs. */
export const tool = (name: string, hollow: Rule): Expectation => ({ fixtures: { tools: [name] }, hollow })

/** What a scenario about this prompt needs. */
export const prompt = (name: string, hollow: Rule): Expectation => ({ fixtures: { prompts: [name] }, hollow })

/** What a scenario about this resource needs. */
export const resource = (uri: string, hollow: Rule): Expectation => ({ fixtures: { resources: [uri] }, hollow })

/** What a scenario needs that is about the protocol itself. */
export const bare = (hollow: Rule): Expectation => ({ fixtures: {}, hollow })

const kinds = [["tools", "tool"], ["prompts", "prompt"], ["resources", "resource"], [
  "resourceTemplates",
  "template"
]] as const

/**
 * The fixtures that a scenario names and the server does not list, as kind and name. Without one of them a scenario
 * either fails or, worse, passes on an error.
 */
export const absent = (needed: Fixtures, offered: Required<Fixtures>): ReadonlyArray<string> =>
  kinds.flatMap(([member, kind]) =>
    (needed[member] ?? []).filter((name) => !offered[member].includes(name)).map((name) => `the ${kind} ${name}`)
  )
