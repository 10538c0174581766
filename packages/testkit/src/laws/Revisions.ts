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
import type * as Law from "../Law.ts"
import * as Wire from "../Wire.ts"
import * as Asked from "./Asked.ts"
import * as Call from "./Call.ts"
import * as Subject from "./Subject.ts"

/** A revision over a wire. */
interface Way {
  readonly wire: Wire.Wire
  readonly revision: Revision
}

interface Case {
  readonly input: unknown
  readonly over: string
}

const reference: Way = { wire: Wire.memory, revision: Revisions.latest }

const others: ReadonlyMap<string, Way> = new Map(
  Wire.all.flatMap((wire) =>
    Revisions.all
      .filter(({ version }) => wire.versions.includes(version))
      .map((revision): [string, Way] => [`${revision.version} over ${wire.name}`, { wire, revision }])
  ).filter(([_, { revision, wire }]) => revision !== reference.revision || wire !== reference.wire)
)

/**
 * The law. A case tries one other way; over many cases, all come up.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  Subject.lawOfAll<Case>(
    "the same call gives the same result in every revision, over every wire",
    settings,
    (registered) => {
      if (settings.isVarying(registered)) return undefined
      const isRefused = Call.isRefused(Call.codecOf(registered))
      return {
        arbitrary: Arbitrary.all({
          input: settings.inputOf(registered),
          over: Arbitrary.schema(Schema.Literals([...others.keys()]))
        }),
        holds: ({ input, over }, subject) =>
          Effect.gen(function*() {
            const encoded = yield* subject.encode(Call.codecOf(registered), input)
            // what is not even valid is answered by each revision in its own way (TOOL-22, TOOL-23)
            if (isRefused(Call.received(registered, encoded))) return
            const other = others.get(over)!
            const expected = yield* run(settings, registered, encoded, reference)
            const actual = yield* run(settings, registered, encoded, other)
            if (CanonicalJson.stringify(expected.asked) !== CanonicalJson.stringify(actual.asked)) return
            if (isMissing(expected.answer)) return
            const difference = differ(registered, expected.answer, actual.answer, other.revision)
            if (difference === undefined) return
            const again = yield* run(settings, registered, encoded, reference)
            return yield* actual.broken(
              differ(registered, expected.answer, again.answer, reference.revision) === undefined
                ? `${over} ${difference}`
                : "it is not the same from call to call: what varies by its nature is to be named as an option, `varies`"
            )
          })
      }
    }
  )

interface Ran {
  readonly answer: Call.Answer
  readonly asked: ReadonlyArray<Asked.Asked>
  readonly broken: Subject.Subject["broken"]
}

// On a server of its own, which is gone when the next one comes.
const run = (
  settings: Subject.Settings,
  registered: Registered,
  encoded: unknown,
  { revision, wire }: Way
): Effect.Effect<Ran, Law.Broken> => {
  const asked: Array<Asked.Asked> = []
  const handlers = Asked.heard(settings.handlers, (question) => asked.push(question))
  return Effect.scoped(Effect.gen(function*() {
    const { broken, connect } = yield* Subject.make({ ...settings, handlers })
    const client = yield* connect({ wire, version: revision.version })
    return { answer: yield* Effect.exit(Call.send(client, registered, encoded)), asked, broken }
  }))
}

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
  revision: Revision
): string | undefined => {
  const left = shown(registered, expected, revision)
  const right = shown(registered, actual, revision)
  if (left === right) return undefined
  return `gives ${right}, and ${reference.revision.version} over ${reference.wire.name} gives ${left}, as that revision knows it`
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
