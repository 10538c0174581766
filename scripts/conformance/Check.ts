/**
 * The `checks.json` of the official conformance suite: one file per scenario, a list of checks with a status each.
 *
 * It only reads them. What they are worth is decided in `Verdict.ts`.
 */

/** What the suite says of one check. */
export type Status = "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO"

/** One check of a scenario, with the members that a verdict looks at. */
export interface Check {
  readonly id: string
  readonly status: Status
  readonly name?: string
  readonly description?: string
  readonly errorMessage?: string
  readonly details?: unknown
}

const statuses: ReadonlySet<unknown> = new Set<Status>(["SUCCESS", "FAILURE", "WARNING", "SKIPPED", "INFO"])

const isCheck = (value: unknown): value is Check =>
  typeof at(value, "id") === "string" && statuses.has(at(value, "status"))

/**
 * The checks in the text of a `checks.json`. Throws when the text is not what the suite writes: a format that this
 * project does not know must not count as anything.
 */
export const parse = (text: string): ReadonlyArray<Check> => {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value) || !value.every(isCheck)) {
    throw new Error("not a list of checks with an id and a known status")
  }
  return value
}

/** The scenario that a result directory (`server-<scenario>-<timestamp>`) belongs to, or `undefined` for another one. */
export const scenarioOfDirectory = (name: string): string | undefined =>
  /^server-(.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/.exec(name)?.[1]

/** The member of a JSON value at a path of keys and positions, `undefined` where there is none. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    // Reflect.get on an object of unknown shape: own members only, so that "constructor" is not found.
    (here, key) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, key) ? Reflect.get(here, key) : undefined,
    value
  )
