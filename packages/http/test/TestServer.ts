/**
 * A server for tests of HTTP: a few tools whose progress the test decides by gates.
 *
 * @since 0.1.0
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Progress from "@mcp-effect/core/Progress"
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as Resource from "@mcp-effect/core/Resource"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const text = { text: Schema.String }

const Echo = Tool.make("echo", { input: text, output: text })
const Wait = Tool.make("wait", { input: { gate: Schema.String }, output: text })
const Finish = Tool.make("finish", {
  input: { gate: Schema.String, progress: Schema.optionalKey(Schema.Int) },
  output: text
})
const Steps = Tool.make("steps", {
  input: { count: Schema.Int, gate: Schema.optionalKey(Schema.String), size: Schema.optionalKey(Schema.Int) },
  output: text
})
const Ask = Tool.make("ask", { input: { gate: Schema.optionalKey(Schema.String) }, output: text })
const Poll = Tool.make("poll", { input: { gate: Schema.String }, output: text })
const Chatter = Tool.make("chatter", { input: { count: Schema.Int, size: Schema.Int }, output: text })
const Log = Tool.make("log", { input: { count: Schema.Int, gate: Schema.String }, output: text })
const Big = Tool.make("big", { input: { size: Schema.Int }, output: text })
const Flood = Tool.make("flood", {
  input: { count: Schema.Int, size: Schema.Int, gate: Schema.optionalKey(Schema.String) },
  output: text
})
const Interview = Tool.make("interview", { input: {}, output: text })
const Who = Tool.make("who", { input: {}, output: text })
const Explode = Tool.make("explode", { input: {}, output: text })

/** What a test holds of its server. */
export interface TestServer {
  readonly layer: Layer.Layer<Server.Server>
  /** Lets `wait`, `poll` or `steps` go on. */
  readonly open: (gate: string) => Effect.Effect<void>
  /** Completes when a handler has come to the gate. */
  readonly arrived: (gate: string) => Effect.Effect<void>
  /** Handlers that were interrupted, by gate. */
  readonly interrupted: ReadonlyArray<string>
  /** How many handlers wait at gates. */
  readonly waiting: () => number
  /** How many tool handlers have run. */
  readonly calls: () => number
  /** Announces a change of the resource `test://counter`. */
  readonly touch: Effect.Effect<void>
  /** How many clients the server is connected to. */
  readonly connections: Effect.Effect<number>
}

const answerTo = (question: string): Effect.Effect<string, never, Tool.HandlerServices> =>
  Effect.map(
    Effect.orDie(Elicitation.form({ message: `Your ${question}?`, fields: { answer: Schema.String } })),
    (answer) => answer.action === "accept" ? answer.content.answer : answer.action
  )

/** A server of its own for each test. */
export const make = (options: Partial<Server.Options> = {}): TestServer => {
  const gates = new Map<string, { readonly open: Deferred.Deferred<void>; readonly arrived: Deferred.Deferred<void> }>()
  const gate = (name: string) => {
    const known = gates.get(name) ?? { open: Deferred.makeUnsafe<void>(), arrived: Deferred.makeUnsafe<void>() }
    gates.set(name, known)
    return known
  }
  const interrupted: Array<string> = []
  let calls = 0
  let waiting = 0
  let touch: Effect.Effect<void> = Effect.void
  let connections: Effect.Effect<number> = Effect.succeed(0)
  const wait = (name: string) =>
    Effect.suspend(() => {
      waiting++
      return Deferred.succeed(gate(name).arrived, undefined)
    }).pipe(
      Effect.andThen(Deferred.await(gate(name).open)),
      Effect.onInterrupt(() => Effect.sync(() => void interrupted.push(name))),
      Effect.ensuring(Effect.sync(() => waiting--))
    )
  const called = Effect.sync(() => void calls++)
  const features = Layer.mergeAll(
    Server.tool(Echo, ({ text }) => Effect.as(called, { text })),
    Server.tool(Wait, ({ gate }) => Effect.as(Effect.andThen(called, wait(gate)), { text: gate })),
    Server.tool(Finish, ({ gate, progress }) =>
      Effect.andThen(
        progress === undefined ? Effect.void : Progress.report({ progress }),
        Effect.as(Effect.uninterruptible(wait(gate)), { text: gate })
      )),
    Server.tool(Steps, ({ count, gate, size }) =>
      Effect.gen(function*() {
        for (let progress = 1; progress <= count; progress++) yield* Progress.report({ progress, total: count })
        if (gate !== undefined) yield* wait(gate)
        return { text: String(count).padEnd(size ?? 0) }
      })),
    Server.tool(Ask, ({ gate }) =>
      Effect.gen(function*() {
        if (gate !== undefined) yield* wait(gate)
        const answer = yield* Elicitation.form({ message: "Your name?", fields: { name: Schema.String } })
        return { text: answer.action === "accept" ? answer.content.name : answer.action }
      })),
    Server.tool(Poll, ({ gate }) =>
      Effect.gen(function*() {
        const context = yield* RequestContext.RequestContext
        yield* context.closeStream
        yield* wait(gate)
        return { text: "after the break" }
      })),
    Server.tool(Chatter, ({ count, size }) =>
      Effect.gen(function*() {
        const context = yield* RequestContext.RequestContext
        for (let i = 0; i < count; i++) {
          yield* context.notify("notifications/message", { level: "info", data: `${i}:`.padEnd(size, "x") })
        }
        return { text: "done" }
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => void interrupted.push("chatter"))))),
    Server.tool(Flood, ({ count, gate, size }) =>
      Effect.gen(function*() {
        const context = yield* RequestContext.RequestContext
        const line = (i: number) =>
          context.notify("notifications/message", { level: "info", data: `${i}:`.padEnd(size, "x") })
        if (gate !== undefined) yield* Effect.andThen(line(0), wait(gate))
        yield* Effect.forEach(Array.from({ length: count }, (_, i) => line(i)), (notify) => notify, {
          concurrency: "unbounded",
          discard: true
        })
        return { text: "done" }
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => void interrupted.push("flood"))))),
    Server.tool(Interview, () =>
      Effect.gen(function*() {
        const [name, place, pet] = [yield* answerTo("name"), yield* answerTo("place"), yield* answerTo("pet")]
        return { text: `${name}, ${place}, ${pet}` }
      })),
    Server.tool(Log, ({ count, gate }) =>
      Effect.gen(function*() {
        for (let i = 0; i < count; i++) {
          yield* Effect.logInfo(`line ${i}`)
          yield* Effect.yieldNow
        }
        yield* wait(gate)
        return { text: "logged" }
      })),
    Server.tool(Big, ({ size }) => Effect.succeed({ text: "x".repeat(size) })),
    Server.tool(Who, () => Effect.map(RequestContext.RequestContext, ({ principal }) => ({ text: principal.subject }))),
    Server.tool(Explode, () => Effect.die(new Error("secret cause at /home/someone"))),
    Server.resource(Resource.make("test://counter", { name: "counter" }), () => Effect.succeed("1")),
    Layer.effectDiscard(Effect.gen(function*() {
      const registry = yield* Server.Registry
      touch = Effect.provideService(Server.resourceUpdated("test://counter"), Server.Registry, registry)
    }))
  )
  const server = Server.layer({ name: "test", version: "1.0.0", ...options }, features)
  return {
    layer: Layer.tap(server, (context) =>
      Effect.sync(() => {
        connections = Context.get(context, Server.Server).connections
      })),
    open: (name) => Deferred.succeed(gate(name).open, undefined).pipe(Effect.asVoid),
    arrived: (name) => Deferred.await(gate(name).arrived),
    interrupted,
    waiting: () => waiting,
    calls: () => calls,
    touch: Effect.suspend(() => touch),
    connections: Effect.suspend(() => connections)
  }
}
