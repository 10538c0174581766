/**
 * A `StatelessConversation` is a raw client of the stateless era for a server under test: it makes the `_meta` of each request, keeps all that is
 * said, and goes through the rounds of a request as a client has to (MRTR-16 to MRTR-24).
 *
 * It is not a `Client`: it checks nothing, and what a question is answered with, the test says.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "../src/JsonRpc.ts"
import { CurrentPrincipal, type Principal } from "../src/Principal.ts"
import * as Server from "../src/Server.ts"
import * as Conversation from "./Conversation.ts"

type Json = Conversation.Json
type Message = Conversation.Message

export interface Options {
  readonly version?: string
  readonly capabilities?: Json
  /** More `_meta` for every request. */
  readonly meta?: Json
  readonly principal?: Principal
}

/** A question as it came: `occurrence` is how often the same was asked before in this call, under other keys. */
export interface Question {
  readonly key: string
  readonly method: string
  readonly params: Json
  readonly occurrence: number
}

/** What a question is answered with; undefined to leave the answer out. */
export type Answers = (question: Question) => Json | undefined

export interface Conversed {
  /** What ended the call. */
  readonly answer: Message
  /** The questions of each round. */
  readonly rounds: ReadonlyArray<ReadonlyArray<Question>>
  /** The results that asked. */
  readonly states: ReadonlyArray<InputRequired>
}

export interface InputRequired {
  readonly inputRequests?: { readonly [key: string]: { readonly method: string; readonly params?: Json } }
  readonly requestState?: string
}

export class StatelessConversation {
  /** All that was said, in order. */
  readonly lines: Array<Conversation.Line>
  readonly #options: Options
  readonly #send: (request: JsonRpc.Request) => Effect.Effect<Message>
  #nextId = 1

  constructor(
    options: Options,
    lines: Array<Conversation.Line>,
    send: (request: JsonRpc.Request) => Effect.Effect<Message>
  ) {
    this.#options = options
    this.#send = send
    this.lines = lines
  }

  get meta(): Json {
    return {
      "io.modelcontextprotocol/protocolVersion": this.#options.version ?? "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "conversation", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": this.#options.capabilities ?? {},
      ...this.#options.meta
    }
  }

  /** Asks and waits for the answer; who stops waiting cancels the request. A `_meta` in the params adds to that of the client. */
  request(method: string, params: Json = {}): Effect.Effect<Message> {
    return Effect.suspend(() => {
      // a retry has an id of its own (MRTR-21), and all of `_meta` again (MRTR-24)
      const _meta = { ...this.meta, ...params["_meta"] as Json | undefined }
      return this.#send({ jsonrpc: "2.0", id: this.#nextId++, method, params: { ...params, _meta } })
    })
  }

  /** Calls a tool and waits for the answer: the end of one round. */
  call(name: string, args: Json = {}, retry?: Json): Effect.Effect<Message> {
    return this.request("tools/call", { name, arguments: args, ...retry })
  }

  /** Goes through all rounds of a request. More than `maxRounds` of them are a defect (MRTR-29). */
  readonly converse = Effect.fnUntraced(function*(
    this: StatelessConversation,
    method: string,
    params: Json,
    answers: Answers,
    maxRounds: number = 50
  ): Effect.fn.Return<Conversed> {
    const rounds: Array<ReadonlyArray<Question>> = []
    const states: Array<InputRequired> = []
    const keys = new Map<string, Array<string>>()
    let retry: Json = {}
    while (true) {
      const answer = yield* this.request(method, { ...params, ...retry })
      const asked = inputRequired(answer)
      if (asked === undefined) return { answer, rounds, states }
      if (states.length === maxRounds) return yield* Effect.die(new Error(`More than ${maxRounds} rounds`))
      const questions = questionsOf(asked, keys)
      rounds.push(questions)
      states.push(asked)
      retry = retryOf(asked, questions, answers)
    }
  })
}

/** The result that asks for input, if the answer is one. */
export const inputRequired = ({ result }: Message): InputRequired | undefined =>
  result?.["resultType"] === "input_required" ? result as InputRequired : undefined

const questionsOf = (
  { inputRequests = {} }: InputRequired,
  keys: Map<string, Array<string>>
): ReadonlyArray<Question> =>
  Object.entries(inputRequests).map(([key, { method, params = {} }]) => {
    const content = JSON.stringify([method, params])
    const same = keys.get(content) ?? []
    if (!same.includes(key)) keys.set(content, [...same, key])
    return { key, method, params, occurrence: keys.get(content)!.indexOf(key) }
  })

/** The params that bring the answers: the state as it came, and none where there was none (MRTR-18 to MRTR-20). */
export const retryOf = (
  { requestState }: InputRequired,
  questions: ReadonlyArray<Question>,
  answers: Answers
): Json => ({
  inputResponses: Object.fromEntries(questions.flatMap((question) => {
    const answer = answers(question)
    return answer === undefined ? [] : [[question.key, answer]]
  })),
  ...(requestState === undefined ? undefined : { requestState })
})

/** A client whose requests come each by itself. */
export const open = Effect.fnUntraced(function*(
  options: Options = {}
): Effect.fn.Return<StatelessConversation, never, Server.Server> {
  const server = yield* Server.Server
  const lines: Array<Conversation.Line> = []
  const hear = (json: unknown): Message => {
    const message = overWire(json) as Message
    lines.push({ from: "server", message })
    return message
  }
  return new StatelessConversation(options, lines, (request) =>
    Effect.callback<Message>((resume) => {
      lines.push({ from: "client", message: request })
      const answering = server.answer(overWire(request) as JsonRpc.Request, {
        transport: { isCongested: () => false, send: (message) => Effect.sync(() => void hear(message)) },
        context: options.principal === undefined ? undefined : Context.make(CurrentPrincipal, options.principal),
        onAnswer: ({ response }) => resume(Effect.sync(() => hear(response)))
      })
      return Effect.sync(() => answering.cancel())
    }))
})

const overWire = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

/** A client of one connection, over which everything goes. */
export const connect = Effect.fnUntraced(function*(
  options: Omit<Options, "principal"> = {}
): Effect.fn.Return<StatelessConversation, never, Server.Server | Scope.Scope> {
  return over(yield* Conversation.open({ handshake: false }), options)
})

/** A client of a connection that others use, too. Its ids are from 1 on: those of the others must be different while both wait. */
export const over = (
  conversation: Conversation.Conversation,
  options: Omit<Options, "principal"> = {}
): StatelessConversation =>
  new StatelessConversation(options, conversation.lines, ({ id, method, params }) =>
    Effect.onInterrupt(
      conversation.request(method, params as Json, id),
      () => conversation.notify("notifications/cancelled", { requestId: id, _meta: {} })
    ))
