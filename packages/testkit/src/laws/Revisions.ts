/**
 * The same call gives the same result in every revision, over every wire: as much of it as the revision knows.
 *
 * It says nothing about calls that are asked something else in another revision, where it does not have the question; nor about handlers that say of
 * themselves that they are never twice the same.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as CanonicalJson from "@mcp-effect/core/schema/CanonicalJson"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Law from "../Law.ts"
import * as Wire from "../Wire.ts"
import * as Access from "./Access.ts"
import * as Asked from "./Asked.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as Subject from "./Subject.ts"
import * as Words from "./Words.ts"

/** A revision over a wire. */
interface Way {
  readonly wire: Wire.Wire
  readonly revision: Revision
}

const others: ReadonlyMap<string, Way> = new Map(
  Wire.all.flatMap((wire) =>
    Revisions.all
      .filter(({ version }) => wire.versions.includes(version))
      .map((revision): [string, Way] => [`${revision.version} over ${wire.name}`, { wire, revision }])
  ).filter(([_, { revision, wire }]) => revision !== Revisions.latest || wire !== Wire.memory)
)

/**
 * The law. A case tries one other way; over many cases, all come up.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  Law.make(
    "the same call gives the same result in every revision, over every wire",
    Effect.map(HandlerLaw.handlers(settings), (registered) =>
      registered.flatMap((handler) =>
        settings.isMeant(handler) && !settings.isVarying(handler) ? [propertyOf(settings, handler)] : []
      ))
  )

const propertyOf = (settings: Subject.Settings, registered: Registered): Law.AnyProperty =>
  Law.property({
    subject: Subject.nameOf(registered),
    arbitrary: HandlerLaw.seeded(Arbitrary.all({
      input: settings.inputOf(registered),
      over: Arbitrary.schema(Schema.Literals([...others.keys()]))
    })),
    shown: ({ value }) => value,
    untriable: Words.rare,
    holds: Effect.fnUntraced(function*({ seed, value: { input, over } }) {
      const other = others.get(over)!
      const actual = yield* run({ ...settings, seed }, registered, input, other)
      if (actual === undefined) return
      const reference = { wire: Wire.memory, revision: actual.newest }
      const expected = yield* run({ ...settings, seed }, registered, input, reference)
      if (expected === undefined || isMissing(expected.answer)) return
      // for some it may not be there
      if (expected.isHidden || actual.isHidden) return
      if (CanonicalJson.stringify(expected.asked) !== CanonicalJson.stringify(actual.asked)) return
      if (expected.state !== actual.state) {
        return yield* actual.broken(
          `${over} leaves the state\n${actual.state}\nand ${reference.revision.version} over ${reference.wire.name}\n${expected.state}\n` +
            "(what is done before a question is done again with each round, unless it is within `Journal.once`; `varies` names what never does the same)"
        )
      }
      const difference = differ(registered, expected.answer, actual.answer, other.revision, reference)
      if (difference !== undefined) return yield* actual.broken(`${over} ${difference}`)
    })
  })

interface Ran {
  readonly answer: Call.Answer
  readonly asked: ReadonlyArray<Asked.Asked>
  readonly isHidden: boolean
  /** What is observed of the state after the call. */
  readonly state: string
  /** Of the revisions that the server speaks. */
  readonly newest: Revision
  readonly broken: Subject.Subject["broken"]
}

// On a server of its own, which is gone when the next one comes. What is not even valid is answered by each revision in its own way (TOOL-22,
// TOOL-23): there is nothing to compare.
const run = (
  settings: Subject.Settings,
  registered: Registered,
  input: unknown,
  { revision, wire }: Way
): Effect.Effect<Ran | undefined, Law.Broken> => {
  const asked: Array<Asked.Asked> = []
  const handlers = (seed: number) => Asked.heard(settings.handlers(seed), (question) => asked.push(question))
  const codec = Call.codecOf(registered)
  return Subject.use(
    { ...settings, handlers },
    Effect.fnUntraced(function*({ broken, connect, encode, find, runsOf, spoken }) {
      const [newest] = spoken
      if (newest === undefined || !spoken.includes(revision)) return undefined
      const encoded = yield* encode(codec, input)
      if (Call.isRefused(codec)(Call.received(registered, encoded)) || !isUnicode(encoded)) return undefined
      const client = yield* connect({ wire, version: revision.version })
      const answer = yield* Effect.exit(Call.send(client, registered, encoded))
      const isHidden = runsOf(registered).length === 0 && (yield* Access.isHidden(client, registered, answer))
      return { answer, asked, broken, isHidden, newest, state: yield* find(settings.observe) }
    })
  )
}

// Half of a character is something in JSON, but nothing in a header, in which some arguments travel over HTTP, too (HDR-16).
const isUnicode = (encoded: unknown): boolean => !/\\ud[89a-f]/i.test(JSON.stringify(encoded))

const missingClientCapability = -32021

// A revision with an error of its own for what a client has not declared is the only one that says so (META-16).
const isMissing = (answer: Call.Answer): boolean => errorOf(answer)?.code === missingClientCapability

const errorOf = (answer: Call.Answer) => {
  const error = Exit.findErrorOption(answer)
  return error._tag === "Some" && error.value.reason._tag === "ErrorAnswer" ? error.value.reason : undefined
}

const differ = (
  registered: Registered,
  expected: Call.Answer,
  actual: Call.Answer,
  revision: Revision,
  reference: Way
): string | undefined => {
  const left = shown(registered, expected, revision)
  const right = shown(registered, actual, revision)
  if (left === right) return undefined
  return `gives ${right}, and not ${left}, which is what ${reference.revision.version} over ${reference.wire.name} gives as far as that ` +
    "revision knows it (what varies by its nature is named as an option: `varies`)"
}

const notFound: ReadonlySet<number> = new Set(Revisions.all.map(({ resourceNotFound }) => resourceNotFound))

// What an answer is in a revision: the projection of a result, and of an error what does not depend on the revision.
const shown = (registered: Registered, answer: Call.Answer, revision: Revision): string => {
  if (Exit.isSuccess(answer)) {
    const codec = revision.clientRequests.get(Call.methodOf(registered))!
    return CanonicalJson.stringify(withoutServer(codec.result.encode(answer.value)))
  }
  const error = errorOf(answer)
  if (error === undefined) return Call.describe(answer)
  const { code, data, message } = error
  return CanonicalJson.stringify({
    // the code of what does not exist has changed (RES-10, RES-11)
    code: notFound.has(code) ? JsonRpc.invalidParams : code,
    message,
    ...(data === undefined ? undefined : { data })
  })
}

// Without a session, each result says whose it is (META-17).
const withoutServer = (result: object): object => {
  if (!("_meta" in result)) return result
  const { _meta, ...rest } = result
  const { "io.modelcontextprotocol/serverInfo": _, ...meta } = _meta as { readonly [key: string]: unknown }
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta }
}
