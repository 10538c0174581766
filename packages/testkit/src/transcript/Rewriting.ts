/**
 * `Rewriting` says the client's lines of a transcript to a live server, and writes down what it says now in the place of what it said before.
 *
 * It is not a test: it finds nothing wrong. What it has changed is for its author to look at.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { writeFileSync } from "node:fs"
import * as Redaction from "../Redaction.ts"
import * as Transcript from "../Transcript.ts"
import type * as Wire from "../Wire.ts"
import { Mismatch } from "./Mismatch.ts"
import * as Names from "./Names.ts"
import * as Speaking from "./Speaking.ts"

/**
 * How a transcript is written anew.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Names.Rules {
  /** What redacted values are in this run: `{ "«redacted:1»": "…" }`. */
  readonly secrets?: Readonly<Record<string, unknown>>
  /** What is secret; `Redaction.defaults` unless somebody says otherwise. */
  readonly redaction?: Redaction.Rules
  /** How long the server may say nothing where it said more before, by the real clock; 1 second by default. */
  readonly patience?: Duration.Input
}

/**
 * Writes the file anew.
 *
 * @category running
 * @since 0.1.0
 */
export const update = Effect.fnUntraced(function*(
  path: string,
  connect: Wire.Connect,
  options: Options
): Effect.fn.Return<void, Mismatch | Transcript.TranscriptError, Scope.Scope> {
  if (yield* isCi) {
    return yield* new Transcript.TranscriptError({ path, reason: "it is not written anew where CI is set" })
  }
  const entries = yield* Transcript.read(path)
  const lines = yield* converse(entries, connect, options)
  yield* Effect.try({
    try: () => writeFileSync(path, Transcript.format(lines)),
    catch: (cause) => new Transcript.TranscriptError({ path, reason: String(cause) })
  })
})

const isCi = Config.String("CI").pipe(
  Config.withDefault(""),
  Effect.match({ onSuccess: (ci) => !["", "0", "false"].includes(ci), onFailure: () => true })
)

const converse = Effect.fnUntraced(function*(
  entries: ReadonlyArray<Transcript.Entry>,
  connect: Wire.Connect,
  options: Options
): Effect.fn.Return<ReadonlyArray<Transcript.Line>, Mismatch, Scope.Scope> {
  const redact = Redaction.make(options.redaction, options.secrets)
  const naming = new Names.Naming(options)
  const names = new Names.Names(options, options.secrets)
  const lines: Array<Transcript.Line> = []
  const heard: Array<unknown> = []
  const failures: Array<unknown> = []
  const { listen, say, settle } = yield* Speaking.open(connect, {
    onMessage: (message) => heard.push(message),
    onFailure: (cause) => failures.push(cause),
    patience: options.patience ?? "1 second"
  })
  const closed = () =>
    new Mismatch({
      title: Transcript.title(entries),
      side: "server",
      lines,
      reason: { _tag: "Closed", cause: failures[0] }
    })
  if (failures.length > 0) return yield* closed()
  // where the server has said nothing so far, each request is answered before the next line
  const isNew = entries.every(({ from }) => from === "client")
  for (let at = 0; at < entries.length;) {
    const spoken = isNew ? entries.slice(at, at + 1) : until(entries, at, "server")
    for (const entry of spoken) {
      const message = names.show(entry.message)
      // what is secret in it has its name from now on
      redact(message)
      lines.push(entry)
      yield* say(message)
    }
    at += spoken.length
    const before = isNew ? [] : until(entries, at, "client")
    at += before.length
    const count = isNew ? spoken.filter(({ message }) => Speaking.isAsking(message)).length : before.length
    while (heard.length < count && failures.length === 0) if (!(yield* listen)) break
    yield* settle
    for (const [index, message] of heard.splice(0).entries()) {
      const hidden = naming.hide("server", redact(message))
      names.learn(naming.given)
      lines.push({ from: "server", message: hidden, remarks: before[index]?.remarks ?? [] })
    }
    if (failures.length > 0 && at < entries.length) return yield* closed()
  }
  return lines
})

const until = (
  entries: ReadonlyArray<Transcript.Entry>,
  from: number,
  side: Transcript.Side
): ReadonlyArray<Transcript.Entry> => {
  const end = entries.findIndex((entry, index) => index >= from && entry.from === side)
  return entries.slice(from, end === -1 ? entries.length : end)
}
