/**
 * A server whose tools do all that can go wrong between two sides: they take time, report progress, ask the user, fail, answer at length, and clean up when
 * they are interrupted.
 *
 * It does nothing of use.
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Progress from "@mcp-effect/core/Progress"
import * as Resource from "@mcp-effect/core/Resource"
import * as Server from "@mcp-effect/core/Server"
import type * as SessionError from "@mcp-effect/core/SessionError"
import * as Tool from "@mcp-effect/core/Tool"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Workload } from "./Workload.ts"

class Refused extends Schema.TaggedError<Refused>()("Refused", { key: Schema.String }) {}

const input = { key: Schema.String, amount: Schema.Int }

const Echo = Tool.make("echo", { input, annotations: { readOnly: true } })
const Wait = Tool.make("wait", { input })
const Count = Tool.make("count", { input, annotations: { readOnly: true } })
const Ask = Tool.make("ask", { input })
const Fail = Tool.make("fail", { input, errors: [Refused] })
const Touch = Tool.make("touch", { input })

const uri = "playground://news"

// Times in milliseconds: how long what is interrupted takes to clean up, and how long a step of progress.
const cleaning = 50
const stepMillis = 200

const text = (key: string, amount: number): string => `${key} ${"x".repeat(amount * 20)}`
const stepsOf = (amount: number): number => 1 + amount % 5
const questionsOf = (amount: number): number => 1 + amount % 3

const range = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, index) => index + 1)

// Every user answers with the key that they are asked with. Clients that cannot be asked are not.
const ask = (message: string): Effect.Effect<
  string | undefined,
  SessionError.SessionError,
  Tool.HandlerServices
> =>
  Effect.catchTag(
    Effect.map(
      Elicitation.form({ message, fields: { text: Schema.String } }),
      (answer) => answer.action === "accept" ? answer.content.text : answer.action
    ),
    "SessionError",
    (error) =>
      error.reason._tag === "CapabilityMissing" || error.reason._tag === "NotAllowed"
        ? Effect.undefined
        : Effect.fail(error)
  )

/**
 * The server.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Server.Server> = Server.layer(
  { name: "playground", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(Echo, ({ amount, key }) => Effect.succeed(text(key, amount))),
    Server.tool(
      Wait,
      ({ amount, key }) => Effect.as(Effect.onInterrupt(Effect.sleep(amount), () => Effect.sleep(cleaning)), key)
    ),
    Server.tool(Count, ({ amount, key }) => {
      const total = stepsOf(amount)
      const counting = Effect.forEach(
        range(total),
        (progress) =>
          // what is no step forward is not told
          Effect.sleep(stepMillis).pipe(
            Effect.andThen(Progress.report({ progress, total })),
            Effect.andThen(Progress.report({ progress: progress - 1, total }))
          ),
        { discard: true }
      )
      // what is reported at the end is heard by nobody
      return Effect.as(Effect.onInterrupt(counting, () => Progress.report({ progress: total + 1 })), key)
    }),
    Server.tool(Ask, ({ amount, key }) =>
      Effect.map(
        Effect.forEach(range(questionsOf(amount)), (number) => ask(`${key} question ${number}`)),
        (answers) => answers.every((answer) => answer === undefined || answer === key) ? key : answers.join()
      )),
    Server.tool(Fail, ({ key }) => new Refused({ key })),
    Server.tool(Touch, ({ key }) => Effect.as(Server.resourceUpdated(uri), key)),
    Server.resource(Resource.make(uri, { name: "news" }), () => Effect.succeed("no news"))
  )
)

const Asks = Schema.Struct({
  tool: Schema.Literals(["echo", "count", "wait", "ask", "count", "wait", "ask", "count", "fail", "touch"]),
  amount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))
})

/**
 * What is asked of it.
 *
 * @category constants
 * @since 0.1.0
 */
export const workload: Workload<typeof Asks.Type> = {
  asks: Arbitrary.schema(Asks),
  call: ({ amount, tool }, key, patience) => {
    const millis = { wait: amount, count: stepsOf(amount) * stepMillis, ask: questionsOf(amount) * patience }[
      tool as string
    ]
    return {
      tool,
      arguments: { key, amount },
      millis: millis ?? 0,
      ...(tool === "fail" ? undefined : { expected: tool === "echo" ? text(key, amount) : key })
    }
  },
  handlers: (patience) =>
    Client.elicitation({
      form: ({ message }) =>
        Effect.as(Effect.sleep(patience), { action: "accept", content: { text: message.split(" ")[0]! } })
    }),
  resource: uri
}
