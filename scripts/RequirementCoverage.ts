/**
 * Which requirement of the specification has a test: reads the checklist, the names of the tests and the excuses, and says what is missing.
 *
 * It is not a judge of the tests: a name that carries an id is taken at its word.
 *
 * @since 0.1.0
 */

/** One item of the checklist, such as `HTTP-12`. */
export interface Requirement {
  readonly id: string
  readonly area: string
  readonly level: string
  readonly who: string
  readonly revisions: string
  readonly text: string
}

/** What is asked for: areas of the checklist, the roles an item may bind, and the revisions it must touch. */
export interface Scope {
  readonly title: string
  readonly areas: ReadonlyArray<string>
  readonly who: ReadonlyArray<string>
  readonly revisions: ReadonlyArray<string>
}

/** A line of the table of requirements that have no test. */
export interface Excuse {
  readonly id: string
  readonly reason: string
}

/** What one area has. */
export interface AreaCoverage {
  readonly area: string
  readonly total: number
  readonly tested: number
  readonly excused: number
}

/** What a scope has, in the order of its areas. */
export interface ScopeCoverage {
  readonly title: string
  readonly areas: ReadonlyArray<AreaCoverage>
}

/** The whole account: `uncovered` is what neither a test nor an excuse names, `mistakes` are ids and lines that cannot be right. */
export interface Coverage {
  readonly scopes: ReadonlyArray<ScopeCoverage>
  readonly uncovered: ReadonlyArray<Requirement>
  readonly mistakes: ReadonlyArray<string>
}

/** All published revisions, oldest first. */
const published = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

/** A server's part in the revisions that have sessions. */
export const sessionEraServer: Scope = {
  title: "a server, revisions with sessions",
  areas: "BASE META INIT CAP STDIO SSE HTTP PING CANC PROG LOG COMP PAGE TOOL RES PROM CONT ROOT SAMP ELIC".split(" "),
  who: ["server", "both"],
  revisions: published.slice(0, 4)
}

/** A server's part in the revision whose requests stand for themselves. */
export const statelessEraServer: Scope = {
  title: "a server, revision without sessions",
  areas:
    "BASE META VER DISC CAP MRTR SUB CACHE STDIO HTTP26 HDR CANC PROG LOG COMP PAGE TOOL RES PROM CONT ROOT SAMP ELIC"
      .split(" "),
  who: ["server", "both"],
  revisions: published.slice(4)
}

/** All that is asked of a server. */
export const server: ReadonlyArray<Scope> = [sessionEraServer, statelessEraServer]

const item = /^- \*\*([A-Z][A-Z0-9]*)-(\d+)\*\* \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \| (.*)$/

/** The items of the checklist in its own order. */
export const parseRequirements = (markdown: string): ReadonlyArray<Requirement> =>
  markdown.split("\n").flatMap((line) => {
    const [, area, number, level, who, revisions, text] = item.exec(line) ?? []
    return area === undefined || level === undefined || who === undefined || revisions === undefined ||
        text === undefined
      ? []
      : [{ id: `${area}-${number}`, area, level, who, revisions, text }]
  })

/** Every revision that `all`, `2025-03-26`, `a..b` or a comma-separated list of these names. */
export const revisionsOf = (expression: string): ReadonlyArray<string> =>
  expression.split(",").map((part) => part.trim()).flatMap((part) => {
    if (part === "all") return published
    const [first = "", last = first] = part.split("..")
    const from = published.indexOf(first)
    const to = published.indexOf(last)
    if (from === -1 || to < from) throw new Error(`not a range of revisions: ${part}`)
    return published.slice(from, to + 1)
  })

/** Is this item a MUST or MUST NOT (derived ones too) within the scope? */
export const binds = (scope: Scope) => (requirement: Requirement): boolean =>
  /^MUST( NOT)?†?$/.test(requirement.level) &&
  scope.areas.includes(requirement.area) &&
  scope.who.includes(requirement.who) &&
  revisionsOf(requirement.revisions).some((revision) => scope.revisions.includes(revision))

/** The ids that stand in the names of tests; what merely looks like one (`UTF-8`) is left out by the areas of the checklist. */
export const idsIn = (names: Iterable<string>, areas: ReadonlySet<string>): ReadonlySet<string> => {
  const ids = new Set<string>()
  for (const name of names) {
    for (const [id, area = ""] of name.matchAll(/\b([A-Z][A-Z0-9]*)-\d+\b/g)) {
      if (areas.has(area)) ids.add(id)
    }
  }
  return ids
}

/** The lines of the table `| id | why it has no test |`. */
export const parseExcuses = (markdown: string): ReadonlyArray<Excuse> =>
  markdown.split("\n").flatMap((line) => {
    const [, id, reason] = /^\|\s*([A-Z][A-Z0-9]*-\d+)\s*\|\s*(.*?)\s*\|\s*$/.exec(line) ?? []
    return id === undefined || reason === undefined ? [] : [{ id, reason }]
  })

/** The account of a checklist against the ids in test names and the excuses. An item that several scopes bind counts in each. */
export const cover = (
  requirements: ReadonlyArray<Requirement>,
  scopes: ReadonlyArray<Scope>,
  testNames: Iterable<string>,
  excuses: ReadonlyArray<Excuse>
): Coverage => {
  const position = new Map(requirements.map(({ id }, index) => [id, index]))
  const tested = idsIn(testNames, new Set(requirements.map(({ area }) => area)))
  const excused = new Set(excuses.map(({ id }) => id))
  const bound = requirements.filter((requirement) => scopes.some((scope) => binds(scope)(requirement)))
  const boundIds = new Set(bound.map(({ id }) => id))
  const mistakes = [
    ...[...tested].filter((id) => !position.has(id)).map((id) => `a test names ${id}, which does not exist`),
    ...excuses.flatMap(({ id, reason }, index) => {
      const at = position.get(id)
      if (at === undefined) return [`the excuse for ${id} is for a requirement that does not exist`]
      if (!boundIds.has(id)) return [`the excuse for ${id} is for a requirement that needs none`]
      if (tested.has(id)) return [`the excuse for ${id} is not needed, a test names it`]
      if (reason === "") return [`the excuse for ${id} has no reason`]
      const before = position.get(excuses[index - 1]?.id ?? "") ?? -1
      return before >= at ? [`the excuse for ${id} is out of order`] : []
    })
  ]
  return {
    scopes: scopes.map((scope) => ({
      title: scope.title,
      areas: scope.areas.map((area) => {
        const own = bound.filter((requirement) => requirement.area === area && binds(scope)(requirement))
        return {
          area,
          total: own.length,
          tested: own.filter(({ id }) => tested.has(id)).length,
          excused: own.filter(({ id }) => excused.has(id) && !tested.has(id)).length
        }
      })
    })),
    uncovered: bound.filter(({ id }) => !tested.has(id) && !excused.has(id)),
    mistakes
  }
}
