/**
 * `Answers` are what a client says when a server asks it: word by word as a test scripts them, or made up to fit.
 *
 * They are no user and no model: what was not scripted is not answered.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import type * as Elicitation from "@mcp-effect/core/Elicitation"
import type { Root } from "@mcp-effect/core/protocol/Root"
import type { CreateMessageParams, CreateMessageResult } from "@mcp-effect/core/protocol/Sampling"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * Which questions an answer is for, by their text: one that contains the string, fits the pattern, or is as the predicate says. What a model is asked has
 * the text of all its messages, one in a line.
 *
 * @category models
 * @since 0.1.0
 */
export type When = string | RegExp | ((question: string) => boolean)

/**
 * An answer, for one question; roots are for all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer =
  | { readonly kind: "form"; readonly answer: Elicitation.Answer<Elicitation.RawContent>; readonly when?: When }
  | { readonly kind: "url"; readonly answer: Elicitation.Answer<undefined>; readonly when?: When }
  | { readonly kind: "message"; readonly answer: CreateMessageResult | Client.Rejected; readonly when?: When }
  | { readonly kind: "roots"; readonly roots: ReadonlyArray<Root> }

/**
 * What can be asked.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = Answer["kind"]

const forQuestions = (when: When | undefined) => when === undefined ? undefined : { when }

/**
 * What the user does with a form: fills it in, or says no, or goes away.
 *
 * @category constructors
 * @since 0.1.0
 */
export const form = (answer: Elicitation.RawContent | "decline" | "cancel", when?: When): Answer => ({
  kind: "form",
  answer: answer === "decline" || answer === "cancel" ? { action: answer } : { action: "accept", content: answer },
  ...forQuestions(when)
})

/**
 * What the user does about being sent to a URL.
 *
 * @category constructors
 * @since 0.1.0
 */
export const url = (action: "accept" | "decline" | "cancel" = "accept", when?: When): Answer => ({
  kind: "url",
  answer: action === "accept" ? { action, content: undefined } : { action },
  ...forQuestions(when)
})

/**
 * What the model says.
 *
 * @category constructors
 * @since 0.1.0
 */
export const message = (answer: string | CreateMessageResult, when?: When): Answer => ({
  kind: "message",
  answer: typeof answer === "string" ? said(answer) : answer,
  ...forQuestions(when)
})

const said = (text: string): CreateMessageResult => ({
  role: "assistant",
  content: { type: "text", text },
  model: "script",
  stopReason: "endTurn"
})

/**
 * The user does not want the model to be asked.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rejection = (when?: When): Answer => ({
  kind: "message",
  answer: new Client.Rejected(),
  ...forQuestions(when)
})

/**
 * The directories of the client, however often it is asked for them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const roots = (roots: ReadonlyArray<Root>): Answer => ({ kind: "roots", roots })

/**
 * What went otherwise than the script says: it is a defect when the client's scope ends, beside whatever the test has failed with.
 *
 * @category errors
 * @since 0.1.0
 */
export class OffScript extends Error {
  readonly _tag = "OffScript"

  constructor(wrong: ReadonlyArray<string>) {
    super(["The answers were not given as scripted:", ...wrong.map((line) => `  ${line}`)].join("\n"))
    this.name = "OffScript"
  }
}

/**
 * Answers what a server asks, each question with the first answer of its kind that is for it and was not given yet.
 *
 * A question without an answer is refused, and so is one whose form the answer does not fit; an answer that was not asked for is left over. Either way
 * the end of the client's scope fails with `OffScript`. Each client that is made with the layer begins the script anew.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Answers from "@mcp-effect/testkit/Answers"
 * import * as Harness from "@mcp-effect/testkit/Harness"
 * import * as Effect from "effect/Effect"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Booking: Layer.Layer<Server>
 *
 * const test = Effect.gen(function*() {
 *   const { client } = yield* Harness.make(Booking, {
 *     handlers: Answers.layer([Answers.form({ seats: 2 }, "How many seats"), Answers.url("decline")])
 *   })
 *   return yield* client.callTool("book")
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  answers: ReadonlyArray<Answer>,
  options?: {
    /** What the client can be asked at all: its capabilities. Everything by default. */
    readonly kinds?: ReadonlyArray<Kind>
  }
): Layer.Layer<never, never, Client.Registry> =>
  Layer.unwrap(Effect.map(script(answers), (script) => {
    const can = (kind: Kind) => options?.kinds === undefined || options.kinds.includes(kind)
    return Layer.mergeAll(
      Client.elicitation({
        ...(can("form") ? { form: (form) => script.form(form) } : undefined),
        ...(can("url") ? { url: ({ message, url }) => script.url(`${message} (${url})`) } : undefined)
      }),
      can("message")
        ? Client.sampling((params) => script.message(params), { tools: true, context: true })
        : Layer.empty,
      can("roots") ? Layer.effectDiscard(registerRoots(script.roots)) : Layer.empty
    )
  }))

const registerRoots = (roots: Effect.Effect<ReadonlyArray<Root>, ProtocolError.ProtocolError>) =>
  Effect.flatMap(
    Client.Registry,
    (registry) => registry.register("roots/list", () => Effect.map(roots, (roots) => ({ roots })), { roots: {} })
  )

const script = Effect.fnUntraced(function*(answers: ReadonlyArray<Answer>) {
  const left = answers.slice()
  const wrong: Array<string> = []
  yield* Effect.addFinalizer(() => {
    const unused = left.filter(({ kind }) => kind !== "roots").map((answer) => `never asked for: ${describe(answer)}`)
    const all = [...wrong, ...unused]
    return all.length === 0 ? Effect.void : Effect.die(new OffScript(all))
  })
  const refused = (why: string) => {
    const rest = left.length === 0 ? "nothing is left" : `left: ${left.map(describe).join(", ")}`
    const said = `${why} (${rest})`
    wrong.push(said)
    // a test may fail with this, before its scope ends
    return Effect.fail(ProtocolError.internalError(`There is no such answer in the script: ${said}`))
  }
  const next = <K extends Kind>(kind: K, question: string): Extract<Answer, { readonly kind: K }> | undefined => {
    const index = left.findIndex((answer) => answer.kind === kind && isFor(answer, question))
    if (index < 0) return undefined
    // of the kind that was looked for
    return (kind === "roots" ? left[index] : left.splice(index, 1)[0]) as Extract<Answer, { readonly kind: K }>
  }
  return {
    form: (form: Client.Form) =>
      Effect.suspend(() => {
        const found = next("form", form.message)
        if (found === undefined) return refused(`not answered: form ${JSON.stringify(form.message)}`)
        const { answer } = found
        const [violation] = answer.action === "accept" ? form.violations(answer.content) : []
        return violation === undefined
          ? Effect.succeed(answer)
          : refused(
            `does not fit the form ${JSON.stringify(form.message)}: ${describe(found)}, ` +
              `${violation.field} ${violation.message}`
          )
      }),
    url: (question: string) =>
      Effect.suspend(() => {
        const found = next("url", question)
        return found === undefined
          ? refused(`not answered: url ${JSON.stringify(question)}`)
          : Effect.succeed(found.answer)
      }),
    message: (params: CreateMessageParams) =>
      Effect.suspend((): ReturnType<Client.SamplingHandler<never>> => {
        const question = textOf(params)
        const found = next("message", question)
        if (found === undefined) return refused(`not answered: message ${JSON.stringify(question)}`)
        return found.answer instanceof Client.Rejected ? Effect.fail(found.answer) : Effect.succeed(found.answer)
      }),
    roots: Effect.suspend(() => {
      const found = next("roots", "")
      return found === undefined ? refused("not answered: roots") : Effect.succeed(found.roots)
    })
  }
})

const isFor = (answer: Answer, question: string): boolean => {
  const when = "when" in answer ? answer.when : undefined
  if (when === undefined) return true
  if (typeof when === "string") return question.includes(when)
  return typeof when === "function" ? when(question) : question.search(when) >= 0
}

const describe = (answer: Answer): string => {
  switch (answer.kind) {
    case "form":
    case "url": {
      const { answer: given } = answer
      const content = given.action === "accept" ? given.content : undefined
      return `${answer.kind} ${content === undefined ? given.action : JSON.stringify(content)}`
    }
    case "message":
      return answer.answer instanceof Client.Rejected ? "rejection" : `message ${JSON.stringify(answer.answer.content)}`
    case "roots":
      return `roots ${JSON.stringify(answer.roots)}`
  }
}

const textOf = ({ messages }: CreateMessageParams): string =>
  messages.flatMap(({ content }) => content).flatMap((block) => block.type === "text" ? [block.text] : []).join("\n")

export {
  /**
   * Answers every question with something that fits it.
   *
   * @category layers
   * @since 0.1.0
   */
  layer as generated
} from "./laws/GeneratedAnswers.ts"
