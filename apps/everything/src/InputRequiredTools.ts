/**
 * Tools that need something from the client before they can answer: once, several things at a time, several times, or nothing that it cannot give.
 *
 * Their handlers ask where they need to, and say nothing of rounds: over a session the client is asked while the call waits, without
 * one the call ends with `input_required` and is made again with the answers.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as Roots from "@mcp-effect/core/Roots"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const AskForName = Tool.make("test_input_required_result_elicitation", { description: "Asks the user for a name" })

const AskModel = Tool.make("test_input_required_result_sampling", { description: "Asks the client's model a question" })

const AskForRoots = Tool.make("test_input_required_result_list_roots", { description: "Asks the client for its roots" })

const Confirm = Tool.make("test_input_required_result_request_state", {
  description: "Asks the user to confirm, with a state that has to come back"
})

const ConfirmAgain = Tool.make("test_input_required_result_tampered_state", {
  description: "Asks the user to confirm, with a state that nobody but the server can change"
})

const AskForAll = Tool.make("test_input_required_result_multiple_inputs", {
  description: "Asks for a name, a greeting and the roots at the same time"
})

const AskTwice = Tool.make("test_input_required_result_multi_round", {
  description: "Asks the user for a name, and then for a color"
})

const AskForWhatThereIs = Tool.make("test_input_required_result_capabilities", {
  description: "Asks for a name, a greeting and the roots, for as much of it as the client can give"
})

const StreamingElicitation = Tool.make("test_streaming_elicitation", {
  description: "Asks the user for a name on the stream of its own request"
})

const MissingCapability = Tool.make("test_missing_capability", {
  description: "Asks the client's model, whether the client has one or not"
})

const told = <A>(tell: (content: A) => string) => (answer: Elicitation.Answer<A>): string =>
  answer.action === "accept" ? tell(answer.content) : `nothing (${answer.action})`

const askForName = (key: string, message: string) =>
  Effect.map(Elicitation.form({ message, fields: { name: Schema.String } }, { key }), told(({ name }) => name))

const askUser = askForName("user_name", "What is your name?")

const askModel = (key: string, question: string, maxTokens: number) =>
  Effect.map(
    Sampling.createMessage(
      { messages: [{ role: "user", content: { type: "text", text: question } }], maxTokens },
      { key }
    ),
    ({ content }) =>
      (Array.isArray(content) ? content : [content]).flatMap((block) => block.type === "text" ? [block.text] : [])
        .join("\n")
  )

const askForGreeting = askModel("greeting", "Generate a greeting", 50)

const askForRoots = Effect.map(
  Effect.flatMap(Roots.Roots, (roots) => roots.list({ key: "client_roots" })),
  (roots) => roots.map(({ uri }) => uri).join(", ")
)

const confirm = Effect.map(
  Elicitation.form({ message: "Please confirm", fields: { ok: Schema.Boolean } }, { key: "confirm" }),
  told(({ ok }) => ok ? "state-ok" : "not confirmed")
)

const askForColor = Effect.map(
  Elicitation.form(
    { message: "Step 2: What is your favorite color?", fields: { color: Schema.String } },
    { key: "step2" }
  ),
  told(({ color }) => color)
)

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(AskForName, () => Effect.map(askUser, (name) => `Hello, ${name}!`)),
  Server.tool(AskModel, () => askModel("capital_question", "What is the capital of France?", 100)),
  Server.tool(AskForRoots, () => askForRoots),
  Server.tool(Confirm, () => confirm),
  Server.tool(ConfirmAgain, () => confirm),
  Server.tool(AskForAll, () =>
    Effect.map(
      Effect.all([askUser, askForGreeting, askForRoots], { concurrency: "unbounded" }),
      ([name, greeting, roots]) => `${name} is told: ${greeting} The roots are ${roots}`
    )),
  Server.tool(AskTwice, () =>
    Effect.gen(function*() {
      const name = yield* askForName("step1", "Step 1: What is your name?")
      const color = yield* askForColor
      return `${name} likes ${color}`
    })),
  Server.tool(AskForWhatThereIs, () =>
    Effect.gen(function*() {
      const { clientCapabilities } = (yield* RequestContext.RequestContext).session
      const answers = yield* Effect.all([
        ...clientCapabilities.elicitation === undefined ? [] : [askUser],
        ...clientCapabilities.sampling === undefined ? [] : [askForGreeting],
        ...clientCapabilities.roots === undefined ? [] : [askForRoots]
      ], { concurrency: "unbounded" })
      return answers.length === 0 ? "The client can give nothing" : answers.join("\n")
    })),
  Server.tool(StreamingElicitation, () => Effect.map(askUser, (name) => `Hello, ${name}!`)),
  Server.tool(MissingCapability, () => askModel("capital_question", "What is the capital of France?", 100))
)
