/**
 * A `Speaker` is a client that says just what it is told to, and keeps what it hears. Of itself it only answers what the server asks.
 *
 * It is not a `Client`: it checks nothing, and can say what no client would.
 *
 * @since 0.1.0
 */
import type { InputRequests } from "@mcp-effect/core/protocol/InputRequired"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import type * as Transcript from "../Transcript.ts"
import type * as Wire from "../Wire.ts"

/**
 * What a speaker is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Is told of each line as it is said. */
  readonly onLine: (line: Transcript.Line) => void
  /** What is answered to a question of the server; false to leave questions alone. */
  readonly answer: ((method: string, params: unknown) => object) | false
}

/**
 * A speaker.
 *
 * @category models
 * @since 0.1.0
 */
export interface Speaker {
  readonly say: (message: unknown) => Effect.Effect<void>
  /** All that the server said, in order. */
  readonly heard: ReadonlyArray<Heard>
  readonly isClosed: () => boolean
  /** Completes when it is so, of which it is asked after each message. */
  readonly until: (isSo: () => boolean) => Effect.Effect<void>
}

/**
 * A message of the server, as it came.
 *
 * @category models
 * @since 0.1.0
 */
export type Heard = { readonly [member: string]: unknown }

/**
 * Connects. What cannot be sent any more is not said.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  connect: Wire.Connect,
  { answer, onLine }: Options
): Effect.fn.Return<Speaker, never, Scope.Scope> {
  const transport: Transport["Service"] = yield* Effect.orDie(connect)
  const heard: Array<Heard> = []
  let isClosed = false
  let waiting: ReadonlyArray<{ readonly isSo: () => boolean; readonly done: Deferred.Deferred<void> }> = []
  const look = () => {
    const [now, later] = [waiting.filter(({ isSo }) => isSo()), waiting.filter(({ isSo }) => !isSo())]
    waiting = later
    for (const { done } of now) Deferred.doneUnsafe(done, Exit.void)
  }
  const run = Effect.runForkWith(yield* Effect.context<never>())
  const say = (message: unknown) =>
    Effect.suspend(() => {
      onLine({ from: "client", message })
      // a transport takes it for a message, as does whoever receives it until it has looked
      return Effect.exit(transport.send(message as Parameters<typeof transport.send>[0]))
    })
  const reading = transport.run((json) => {
    onLine({ from: "server", message: json })
    const message = Predicate.isObject(json) ? json : { said: json }
    heard.push(message)
    const { id, method, params } = message
    if (answer !== false && typeof method === "string" && id !== undefined) {
      run(say({ jsonrpc: "2.0", id, result: answer(method, params) }))
    }
    look()
  })
  yield* Effect.forkScoped(
    Effect.onExit(reading, () =>
      Effect.sync(() => {
        isClosed = true
        look()
      })),
    { startImmediately: true }
  )
  return {
    say: (message) => Effect.asVoid(say(message)),
    heard,
    isClosed: () => isClosed,
    until: (isSo) =>
      Effect.suspend(() => {
        if (isSo()) return Effect.void
        const done = Deferred.makeUnsafe<void>()
        waiting = [...waiting, { isSo, done }]
        return Deferred.await(done)
      })
  }
})

/**
 * The answer to what a server asks: users decline now and then, and fill in no form that they have to; models say a word.
 *
 * @category answers
 * @since 0.1.0
 */
export const usualAnswer = (method: string, params: unknown): object => {
  switch (method) {
    case "roots/list":
      return { roots: [{ uri: "file:///root", name: "root" }] }
    case "sampling/createMessage":
      return { role: "assistant", model: "model", content: { type: "text", text: "word" } }
    case "elicitation/create": {
      const schema = Predicate.isObject(params) ? params["requestedSchema"] : undefined
      const required = Predicate.isObject(schema) && Array.isArray(schema["required"]) ? schema["required"] : []
      return required.length === 0 ? { action: "accept", content: {} } : { action: "decline" }
    }
    default:
      return {}
  }
}

/**
 * The answers to the questions of a result that needs input.
 *
 * @category answers
 * @since 0.1.0
 */
export const inputResponses = (requests: InputRequests): object =>
  Object.fromEntries(
    Object.entries(requests).map(([key, { method, params }]) => [key, usualAnswer(method, params)])
  )
