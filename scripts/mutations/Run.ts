/**
 * A `Run` sends so many hostile messages through an entry, good requests among them, and says what came of it.
 */
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Mutation from "@mcp-effect/testkit/Mutation"
import { Judge } from "./Judge.ts"
import * as Messages from "./Messages.ts"
import type * as Pipes from "./Pipes.ts"

/** What came of it. */
export interface Outcome {
  sent: number
  readonly kinds: Map<string, number>
  readonly outcomes: Map<string, number>
  readonly wrong: Array<Wrong>
}

/** What was wrong, and what had been said in that round. */
export interface Wrong {
  readonly about: string
  readonly said: ReadonlyArray<Uint8Array>
}

interface Sending {
  readonly texts: ReadonlyArray<string>
  readonly isTaken: boolean | Promise<boolean>
}

/** Nothing yet. */
export const nothing = (): Outcome => ({ sent: 0, kinds: new Map(), outcomes: new Map(), wrong: [] })

/** Messages of one round, after which all has to be answered. */
const perRound = 100

/** Rounds of one connection. */
const perConnection = 20

/** How long an answer may take, in milliseconds. */
const patience = 5000

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** An endless supply of hostile messages, each with an id of its own unless that was changed. */
export const supply = (seed: number): () => Mutation.Mutant => {
  const random = Mutation.random(seed)
  let next = 0
  return () => {
    const message = Messages.all[Math.floor(random() * Messages.all.length)] ?? {}
    const id = `m${next++}`
    if (message["method"] === "notifications/cancelled" && random() < 0.5) {
      return Mutation.message({ ...message, params: { requestId: `m${next - 2}` } }, random)
    }
    return Mutation.message("id" in message && "method" in message ? { ...message, id } : message, random)
  }
}

const count = (of: Map<string, number>, name: string) => of.set(name, (of.get(name) ?? 0) + 1)

/** Through an entry that is one pipe; a new connection now and then, in each revision. `fresh` is false where there is one connection for all. */
export const pipe = async (
  open: Pipes.Open,
  total: number,
  outcome: Outcome,
  options: { readonly seed: number; readonly isFresh: boolean; readonly onProgress: () => void }
): Promise<void> => {
  const mutants = supply(options.seed)
  const greetings = options.isFresh ? [undefined, ...Revisions.sessionEra] : [Revisions.latestOfSessionEra]
  let good = 0
  for (let connection = 0; outcome.sent < total; connection++) {
    const revision = greetings[connection % greetings.length]
    const judge = new Judge(outcome.outcomes)
    const questions: Array<unknown> = []
    const held: Array<unknown> = []
    let isHolding = false
    const hear = (message: unknown) => {
      if (isQuestion(message)) questions.push(message.id)
      judge.heard(message)
    }
    const pipe = await open((message) => {
      if (isHolding) held.push(message)
      else hear(message)
    })
    // an answer may overtake the news that its request was taken
    const told = async (sending: ReadonlyArray<Sending>) => {
      for (const { isTaken, texts } of sending) if (await isTaken) tell(judge, texts, revision?.batching === true)
      isHolding = false
      for (const message of held.splice(0)) hear(message)
    }
    const say = async (message: unknown) => pipe.send(encoder.encode(JSON.stringify(message)))
    const ask = async () => {
      const id = `good-${good++}`
      const value = { value: [id, { a: good }] }
      judge.good(id, value)
      const params = { name: "echo", arguments: value }
      const isStanding = revision === undefined || good % 2 === 0
      // a session that is older than structured content says it in text alone, so there it stands for itself
      await say({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: isStanding || revision.structuredContent === "none" ? { ...params, _meta: Messages.meta } : params
      })
    }
    if (revision !== undefined && (options.isFresh || connection === 0)) {
      const hello = Messages.hello(revision)
      judge.saidJson(hello)
      await say(hello)
      await quiet(judge, pipe)
      judge.settle()
      await say({ jsonrpc: "2.0", method: "notifications/initialized" })
    }
    for (let round = 0; round < perConnection && outcome.sent < total; round++) {
      const said: Array<Uint8Array> = []
      const sending: Array<Sending> = []
      for (let message = 0; message < perRound; message++) {
        const mutant = mutants()
        outcome.sent++
        count(outcome.kinds, mutant.kind)
        const text = decoder.decode(mutant.bytes)
        const texts = pipe.isLines ? text.split("\n").map((line) => line.replace(/\r$/, "")) : [text]
        isHolding = true
        sending.push({ texts, isTaken: pipe.send(mutant.bytes) })
        said.push(mutant.bytes)
        if (sending.length >= pipe.together) await told(sending.splice(0))
        if (message % 25 === 0) await ask()
      }
      await told(sending)
      // a session that a hostile message has begun asks nothing before it hears this
      await say({ jsonrpc: "2.0", method: "notifications/initialized" })
      await reply(questions, say)
      for (const requestId of judge.takeStanding()) {
        await say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })
        judge.saidJson({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })
      }
      await quiet(judge, pipe, () => reply(questions, say))
      judge.settle()
      if (pipe.isClosed()) judge.wrong.push("the connection was closed")
      if (judge.wrong.length > 0) {
        outcome.wrong.push({ about: judge.wrong.splice(0).join("\n"), said })
        if (pipe.isClosed()) break
      }
    }
    options.onProgress()
    await pipe.close()
    if (outcome.wrong.length > 20) return
  }
}

const tell = (judge: Judge, texts: ReadonlyArray<string>, batching: boolean) => {
  for (const text of texts) if (text.trim() !== "") judge.said(text, batching)
}

const isQuestion = (message: unknown): message is { readonly id: unknown } =>
  typeof message === "object" && message !== null && "method" in message && "id" in message

const reply = async (questions: Array<unknown>, say: (message: unknown) => Promise<boolean>) => {
  for (const id of questions.splice(0)) {
    const content = { type: "text", text: "x" }
    await say({ jsonrpc: "2.0", id, result: { role: "assistant", model: "m", content } })
  }
}

const quiet = async (judge: Judge, pipe: Pipes.Pipe, meanwhile: () => Promise<void> = async () => {}) => {
  const deadline = performance.now() + patience
  for (let turn = 0; !judge.isQuiet && !pipe.isClosed() && performance.now() < deadline; turn++) {
    await new Promise((resolve) => turn < 100 ? setImmediate(resolve) : setTimeout(resolve, 1))
    await meanwhile()
  }
  // what comes too much comes now
  await new Promise((resolve) => setImmediate(resolve))
}
