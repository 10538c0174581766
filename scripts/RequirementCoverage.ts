/**
 * Which requirement of the specification has a test: reads the checklist, the names of the tests and the excuses, and says what is missing, for
 * each side by itself.
 *
 * It is not a judge of the tests: a name that carries an id is taken at its word, and so is the path of its file about whose proof it is.
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

/** A side of a connection, which an item binds: by itself, or as one of both. */
export type Side = "server" | "client"

/** What is asked for: areas of the checklist, the side that an item binds, and the revisions it must touch. */
export interface Scope {
  readonly title: string
  readonly side: Side
  readonly areas: ReadonlyArray<string>
  readonly revisions: ReadonlyArray<string>
}

/** A test: its whole name, and its file as a path in the repository. */
export interface Test {
  readonly name: string
  readonly file: string
}

/** A line of the table of requirements that have no test, in the section of one side. */
export interface Excuse {
  readonly side: Side
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

/**
 * What one side has: `uncovered` is what neither a test nor an excuse names; `advice` is each SHOULD and SHOULD NOT that no test names, for which
 * nobody has to answer.
 */
export interface SideCoverage {
  readonly side: Side
  readonly scopes: ReadonlyArray<ScopeCoverage>
  readonly uncovered: ReadonlyArray<Requirement>
  readonly advice: ReadonlyArray<Requirement>
}

/** The whole account: `mistakes` are ids and lines that cannot be right. */
export interface Coverage {
  readonly sides: ReadonlyArray<SideCoverage>
  readonly mistakes: ReadonlyArray<string>
}

/** All published revisions, oldest first. */
const published = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

/** A server's part in the revisions that have sessions. */
export const sessionEraServer: Scope = {
  title: "a server, revisions with sessions",
  areas: "BASE META INIT CAP STDIO SSE HTTP PING CANC PROG LOG COMP PAGE TOOL RES PROM CONT ROOT SAMP ELIC".split(" "),
  side: "server",
  revisions: published.slice(0, 4)
}

/** A server's part in the revision whose requests stand for themselves. */
export const statelessEraServer: Scope = {
  title: "a server, revision without sessions",
  areas:
    "BASE META VER DISC CAP MRTR SUB CACHE STDIO HTTP26 HDR CANC PROG LOG COMP PAGE TOOL RES PROM CONT ROOT SAMP ELIC"
      .split(" "),
  side: "server",
  revisions: published.slice(4)
}

// All but what is for other parties or not part of this library: authorization and its extensions, tasks, apps and skills.
const clientAreas =
  ("BASE META JSCH ICON INIT VER DISC CAP MRTR SUB CACHE STDIO SSE HTTP HTTP26 HDR PING CANC PROG LOG COMP PAGE TOOL RES PROM CONT ROOT SAMP " +
    "ELIC SEC EXT").split(" ")

/** A client's part in the revisions that have sessions. */
export const sessionEraClient: Scope = {
  title: "a client, revisions with sessions",
  areas: clientAreas,
  side: "client",
  revisions: published.slice(0, 4)
}

/** A client's part in the revision whose requests stand for themselves. */
export const statelessEraClient: Scope = {
  title: "a client, revision without sessions",
  areas: clientAreas,
  side: "client",
  revisions: published.slice(4)
}

/** All that is asked of either side. */
export const scopes: ReadonlyArray<Scope> = [sessionEraServer, statelessEraServer, sessionEraClient, statelessEraClient]

// What both sides are made of is proved for both at once.
const shared =
  /^packages\/core\/test\/(peer|protocol|revision|schema|uri-template)\/|\/(Agreement|Content|FiveRevisions|HeaderValue|JsonRpc|Lines|MemoryTransport|Noise|ParameterHeader|Peer|UriTemplate)\.test\.ts$/

const ofClient = /(^|\/)test\/([^/]+-)?client\/|\/[^/]*(Client|ChildProcess|Supervisor)[^/]*\.test\.ts$/

/** Whose proof the tests of a file are: that of the client if its path says so, of both if the code is that of both, else of the server. */
export const sidesOf = (file: string): ReadonlyArray<Side> => {
  if (shared.test(file)) return ["server", "client"]
  return ofClient.test(file) ? ["client"] : ["server"]
}

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

const isWithin = (scope: Scope) => (requirement: Requirement): boolean =>
  scope.areas.includes(requirement.area) &&
  [scope.side, "both"].includes(requirement.who) &&
  revisionsOf(requirement.revisions).some((revision) => scope.revisions.includes(revision))

/** Is this item a MUST or MUST NOT (derived ones too) within the scope? */
export const binds = (scope: Scope) => (requirement: Requirement): boolean =>
  /^MUST( NOT)?†?$/.test(requirement.level) && isWithin(scope)(requirement)

/** Is this item a SHOULD or SHOULD NOT (derived ones too) within the scope? */
export const advises = (scope: Scope) => (requirement: Requirement): boolean =>
  /^SHOULD( NOT)?†?$/.test(requirement.level) && isWithin(scope)(requirement)

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

/** The lines of the tables `| id | why it has no test |`, of which each stands under the heading of its side. */
export const parseExcuses = (markdown: string): ReadonlyArray<Excuse> => {
  let side: Side = "server"
  return markdown.split("\n").flatMap((line) => {
    const [, heading] = /^## .*\b(server|client)\b/i.exec(line) ?? []
    if (heading !== undefined) side = heading.toLowerCase() === "client" ? "client" : "server"
    const [, id, reason] = /^\|\s*([A-Z][A-Z0-9]*-\d+)\s*\|\s*(.*?)\s*\|\s*$/.exec(line) ?? []
    return id === undefined || reason === undefined ? [] : [{ side, id, reason }]
  })
}

/** The account of a checklist against the ids in test names and the excuses. An item that several scopes bind counts in each. */
export const cover = (
  requirements: ReadonlyArray<Requirement>,
  scopes: ReadonlyArray<Scope>,
  tests: ReadonlyArray<Test>,
  excuses: ReadonlyArray<Excuse>
): Coverage => {
  const areas = new Set(requirements.map(({ area }) => area))
  const known = new Set(requirements.map(({ id }) => id))
  const named = idsIn(tests.map(({ name }) => name), areas)
  const sides = (["server", "client"] as const).flatMap((side) => {
    const own = scopes.filter((scope) => scope.side === side)
    const names = tests.flatMap(({ file, name }) => sidesOf(file).includes(side) ? [name] : [])
    const account = { side, requirements, scopes: own, tested: idsIn(names, areas) }
    return own.length === 0 ? [] : [coverSide(account, excuses.filter((excuse) => excuse.side === side))]
  })
  return {
    sides: sides.map(({ coverage }) => coverage),
    mistakes: [
      ...[...named].filter((id) => !known.has(id)).map((id) => `a test names ${id}, which does not exist`),
      ...sides.flatMap(({ mistakes }) => mistakes)
    ]
  }
}

const coverSide = (
  { requirements, scopes, side, tested }: {
    readonly side: Side
    readonly requirements: ReadonlyArray<Requirement>
    readonly scopes: ReadonlyArray<Scope>
    readonly tested: ReadonlySet<string>
  },
  excuses: ReadonlyArray<Excuse>
): { readonly coverage: SideCoverage; readonly mistakes: ReadonlyArray<string> } => {
  const position = new Map(requirements.map(({ id }, index) => [id, index]))
  const excused = new Set(excuses.map(({ id }) => id))
  const bound = requirements.filter((requirement) => scopes.some((scope) => binds(scope)(requirement)))
  const boundIds = new Set(bound.map(({ id }) => id))
  const mistakes = excuses.flatMap(({ id, reason }, index) => {
    const excuse = `the excuse of the ${side} for ${id}`
    const at = position.get(id)
    if (at === undefined) return [`${excuse} is for a requirement that does not exist`]
    if (!boundIds.has(id)) return [`${excuse} is for a requirement that needs none`]
    if (tested.has(id)) return [`${excuse} is not needed, a test names it`]
    if (reason === "") return [`${excuse} has no reason`]
    const before = position.get(excuses[index - 1]?.id ?? "") ?? -1
    return before >= at ? [`${excuse} is out of order`] : []
  })
  return {
    coverage: {
      side,
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
      advice: requirements.filter((requirement) =>
        !tested.has(requirement.id) && scopes.some((scope) => advises(scope)(requirement))
      )
    },
    mistakes
  }
}
