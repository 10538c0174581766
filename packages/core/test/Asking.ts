/**
 * What tests of handlers that ask have in common: questions, answers, and servers of one handler.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../src/Elicitation.ts"
import type * as ProtocolError from "../src/ProtocolError.ts"
import type { AskOptions } from "../src/RequestContext.ts"
import * as Server from "../src/Server.ts"
import type * as SessionError from "../src/SessionError.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

export const capabilities = { elicitation: {}, sampling: {}, roots: {} }

/** Asks for a text; what the user says instead of one is the text. */
export const ask = (message: string, options?: AskOptions) =>
  Effect.map(
    Elicitation.form({ message, fields: { text: Schema.String } }, options),
    (answer) => answer.action === "accept" ? answer.content.text : answer.action
  )

/** Every form is answered with its message and an exclamation mark. */
export const echo: StatelessConversation.Answers = ({ params }) => ({
  action: "accept",
  content: { text: `${params["message"]}!` }
})

export class Broken extends Schema.TaggedError<Broken>()("Broken", { at: Schema.String }) {}

/** What a test is about. */
export type Handler = Effect.Effect<
  unknown,
  Broken | SessionError.SessionError | ProtocolError.ProtocolError,
  Tool.HandlerServices
>

/** A server of the tool `t`, and of more. */
export const serving = (
  handler: Handler,
  more: Layer.Layer<never, never, Server.Registry> = Layer.empty
) =>
  Conversation.withServer(Layer.mergeAll(
    Server.tool(
      Tool.make("t", { input: { n: Schema.optionalKey(Schema.Int) }, errors: [Broken] }),
      () => Effect.map(handler, (value) => JSON.stringify(value) ?? "nothing")
    ),
    more
  ))

/** What a tool said. */
export const said = ({ error, result }: Conversation.Message): unknown => {
  if (error !== undefined) return error
  const { content, isError } = result as { content: ReadonlyArray<{ text: string }>; isError?: boolean }
  return isError === true ? { isError: content[0]!.text } : JSON.parse(content[0]!.text)
}

/** The tool called in rounds: what it said, and the messages that it asked with in each round. */
export const inRounds = Effect.fnUntraced(function*(
  answers: StatelessConversation.Answers = echo,
  options?: StatelessConversation.Options
) {
  const client = yield* StatelessConversation.open({ capabilities, ...options })
  const { answer, rounds, states } = yield* client.converse("tools/call", { name: "t", arguments: {} }, answers)
  return {
    said: said(answer),
    rounds: rounds.map((round) => round.map(({ params }) => params["message"])),
    states
  }
})

/** The tool called in a session, where every question is answered in turn. */
export const inSession = Effect.fnUntraced(function*(answers: StatelessConversation.Answers = echo) {
  const conversation = yield* Conversation.open({ capabilities })
  const id = yield* conversation.ask("tools/call", { name: "t", arguments: {} })
  while (true) {
    const message = yield* conversation.next(({ id: of, method }) =>
      method === undefined ? of === id : of !== undefined
    )
    if (message.method === undefined) return said(message)
    const { id: of, method, params = {} } = message
    yield* conversation.say({ jsonrpc: "2.0", id: of, result: answers({ key: "", method, params, occurrence: 0 }) })
  }
})
