/**
 * An `Interleaving` is a sequence of what may happen to the calls of a client, played to a real one, and held against a model after each step.
 *
 * It is not the model (`CallModel`).
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import { Connection } from "../../src/client/Connection.ts"
import type { CallToolResult } from "../../src/protocol/Tool.ts"
import type * as SessionError from "../../src/SessionError.ts"
import * as Supervisor from "../../src/Supervisor.ts"
import * as TransportError from "../../src/TransportError.ts"
import { settle } from "../Conversation.ts"
import * as CallModel from "./CallModel.ts"
import * as Fleet from "./Fleet.ts"

// More of one kind make it more likely.
const kinds =
  `Begin Begin Begin Begin Begin Reply Reply ErrorReply BrokenReply Again Progress Progress Progress Progress Cancel Cancel
Pass Pass Pass Pass Pass Close Refuse FailToStart CloseScope`.split(/\s/)

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** Something that happens, to one call or to all; `isTogether` with what comes next. */
const Event = Schema.Struct({
  kind: upTo(kinds.length - 1),
  call: upTo(7),
  amount: upTo(5),
  isTogether: Schema.Boolean
})

export const Calls = Schema.Array(Schema.Struct({ isSafe: Schema.Boolean, timeout: upTo(4), maxTimeout: upTo(8) }))
  .check(Schema.isMinLength(1), Schema.isMaxLength(8))

export const Events = Schema.Array(Event).check(Schema.isMinLength(10), Schema.isMaxLength(60))

/** Counts the fibers that run. */
class Fibers implements Metric.FiberRuntimeMetricsService {
  alive = 0
  recordFiberStart(_: Context.Context<never>): void {
    this.alive++
  }
  recordFiberEnd(_: Context.Context<never>, _exit: Exit.Exit<unknown, unknown>): void {
    this.alive--
  }
}

const outcomeOf = (exit: Exit.Exit<CallToolResult, SessionError.SessionError>): string => {
  if (Exit.isSuccess(exit)) {
    const [block] = exit.value.content
    return `answered ${block?.type === "text" ? block.text : "otherwise"}`
  }
  const error = Exit.findErrorOption(exit)
  if (error._tag === "None") return Cause.hasInterruptsOnly(exit.cause) ? "Interrupted" : Cause.pretty(exit.cause)
  const { reason } = error.value
  return reason._tag === "ErrorAnswer" ? `ErrorAnswer ${reason.message}` : reason._tag
}

export interface Options {
  readonly era: "session" | "stateless"
  readonly isSupervised: boolean
}

const delay = 1000

/** A client of a fleet that leaves calls alone. */
const connect = Effect.fnUntraced(function*({ era, isSupervised }: Options) {
  let failing = 0
  const refusing = new Map<string, number>()
  const unreachable = new TransportError.Unreachable({ cause: undefined })
  const connections: Array<Connection> = []
  const fleet = new Fleet.Fleet({
    era: () => era,
    script: ({ method }) => method === "tools/call" ? "nothing" : undefined,
    fails: () => failing-- > 0 ? unreachable : undefined,
    refuses: ({ method, params }) => {
      if (method !== "tools/call") return undefined
      const name = String(params!["name"])
      const left = refusing.get(name) ?? 0
      refusing.set(name, left - 1)
      return left > 0 ? unreachable : undefined
    }
  })
  const options = { name: "test", version: "1.0.0" }
  const watching = Layer.effectDiscard(
    Effect.map(Client.Registry, ({ connected }) =>
      connected.push((caller) =>
        Effect.sync(() => {
          if (caller instanceof Connection) connections.push(caller)
        })
      ))
  )
  const { client } = isSupervised
    ? yield* Supervisor.make({
      ...options,
      transport: fleet.transport,
      initialDelay: delay,
      maxDelay: delay,
      maxFailures: 1000
    }, watching)
    : { client: yield* Client.make({ ...options, transport: yield* fleet.transport }, watching) }
  yield* settle
  return {
    fleet,
    client,
    connections,
    failNext: () => {
      failing = Math.max(0, failing) + 1
    },
    refuseNext: (index: number) => {
      refusing.set(`${index}`, Math.max(0, refusing.get(`${index}`) ?? 0) + 1)
    }
  }
})

/** What is not as the model says. */
class Discrepancy extends Data.TaggedError("Discrepancy")<{ readonly message: string }> {}

const same = (what: string, actual: unknown, expected: unknown): Effect.Effect<void, Discrepancy> =>
  Effect.suspend(() => {
    const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
    return is === should
      ? Effect.void
      : Effect.fail(new Discrepancy({ message: `${what}: ${is}, and should be ${should}` }))
  })

/** Lets all of it happen, and fails as soon as it is not as the model says. */
export const play = Effect.fnUntraced(function*(
  calls: typeof Calls.Type,
  events: typeof Events.Type,
  options: Options
) {
  const fibers = new Fibers()
  yield* Effect.gen(function*() {
    const scope = yield* Scope.make()
    const { client, connections, failNext, fleet, refuseNext } = yield* Scope.provide(connect(options), scope)
    const model = new CallModel.CallModel({
      isSupervised: options.isSupervised,
      maxRetries: 3,
      delay,
      // no two of what times out and what is tried again ever come at the same moment
      calls: calls.map(({ isSafe, maxTimeout, timeout }) => ({
        isSafe,
        timeout: 700 + timeout * 1000,
        maxTimeout: 2300 + maxTimeout * 1500
      }))
    }, yield* Clock.currentTimeMillis)
    const ended: Array<Array<string>> = calls.map(() => [])
    const steps: Array<Array<number>> = calls.map(() => [])
    const running: Array<Fiber.Fiber<unknown, unknown>> = []

    const begin = (index: number) =>
      Effect.suspend(() => {
        const { isSafe, maxTimeout, timeout } = model.calls[index]!.options
        const request = client.request("tools/call", { name: `${index}` }, {
          isSafe,
          timeout,
          maxTimeout,
          onProgress: ({ progress }) => Effect.sync(() => steps[index]!.push(progress))
        })
        return Effect.map(
          Effect.forkDetach(
            Effect.onExit(request, (exit) => Effect.sync(() => ended[index]!.push(outcomeOf(exit)))),
            { startImmediately: true }
          ),
          (fiber) => running[index] = fiber
        )
      })

    const requestOf = (index: number) =>
      fleet.last.all("tools/call").findLast(({ params }) => params!["name"] === `${index}`)

    const say = (index: number, reply: object) =>
      Effect.sync(() => {
        const request = requestOf(index)
        if (request !== undefined) fleet.last.answer(request, reply)
      })

    const check = Effect.gen(function*() {
      yield* settle
      model.settle()
      for (const [index, call] of model.calls.entries()) {
        const [outcome = ""] = ended[index]!
        const outcomes: ReadonlyArray<string> = call.outcomes
        const foreseen = call.state !== "done" ? [] : [outcomes.includes(outcome) ? outcome : outcomes]
        yield* same(`how call ${index} ended`, ended[index], foreseen)
        yield* same(`the progress of call ${index}`, steps[index], call.steps)
      }
    })

    for (const [number, { amount, call: which, isTogether, kind }] of events.entries()) {
      // mostly of those that it means something to
      const meant = model.calls.flatMap(({ isFresh, state }, index) =>
        state === (kinds[kind] === "Begin" ? "unbegun" : kinds[kind] === "Again" ? "done" : "pending") ||
          (isFresh && kinds[kind] === "Cancel")
          ? [index]
          : []
      )
      const index = amount === 0 || meant.length === 0 ? which % calls.length : meant[which % meant.length]!
      const call = model.calls[index]!
      let isRace = isTogether
      switch (kinds[kind]) {
        case "Begin":
          if (call.state !== "unbegun") continue
          model.begin(call)
          yield* begin(index)
          break
        case "Reply":
        case "Again":
          model.answer(call, `answered ${number}`)
          yield* say(index, {
            result: { resultType: "complete", content: [{ type: "text", text: `${number}` }] }
          })
          break
        case "ErrorReply":
          model.answer(call, `ErrorAnswer ${number}`)
          yield* say(index, { error: { code: 1, message: `${number}` } })
          break
        case "BrokenReply":
          model.answer(call, "InvalidAnswer")
          yield* say(index, { result: {}, error: { code: 1, message: "both" } })
          break
        case "Progress": {
          model.progress(call, amount)
          const request = requestOf(index)
          if (request !== undefined) {
            fleet.last.notify("notifications/progress", { progressToken: request.id, progress: amount })
          }
          break
        }
        case "Cancel":
          model.cancel(call)
          running[index]?.interruptUnsafe()
          break
        case "Pass": {
          yield* check
          isRace = false
          const end = model.now + 500 * (amount + 1)
          while (model.now < end) {
            const now = Math.min(model.next, end)
            yield* TestClock.adjust(now - model.now)
            model.passTo(now)
            yield* check
          }
          break
        }
        case "Close":
          // seldom where it is for good
          if (amount < 4 && !options.isSupervised) continue
          model.close()
          isRace = false
          yield* fleet.last.end(amount % 2 === 0 ? undefined : new TransportError.SessionLost())
          break
        case "Refuse":
          call.refusing++
          refuseNext(index)
          break
        case "FailToStart":
          model.failing++
          failNext()
          break
        case "CloseScope":
          // seldom: nothing comes after it
          if (amount < 5) continue
          isRace = false
          model.closeScope()
          yield* Scope.close(scope, Exit.void)
          break
      }
      if (!isRace) yield* check
    }

    yield* check
    model.closeScope()
    yield* Scope.close(scope, Exit.void)
    yield* check
    yield* same("calls that wait still", model.calls.filter(({ isUnderWay }) => isUnderWay), [])
    yield* same("servers that live, and that lived at the same time", [fleet.living, fleet.most], [0, 1])
    yield* same("connections", connections.length, fleet.members.length)
    for (const { peer } of connections) yield* same("a table", peer.size, { inbound: 0, outbound: 0 })
    // the server was told of what was given up, and of nothing else (CANC-1, CANC-2)
    const cancelled = calls.map(() => 0)
    for (const member of fleet.members) {
      for (const { params } of member.all("notifications/cancelled")) {
        const request = member.all("tools/call").find(({ id }) => id === params!["requestId"])
        cancelled[Number(request!.params!["name"])]!++
      }
    }
    yield* same("cancellations", cancelled, model.calls.map(({ cancellations }) => cancellations))
  }).pipe(
    Effect.provideService(Metric.FiberRuntimeMetrics, fibers),
    Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 1 })
  )
  yield* settle
  yield* same("fibers", fibers.alive, 0)
})
