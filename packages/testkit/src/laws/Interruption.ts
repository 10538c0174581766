/**
 * A call that is cancelled, at whatever moment, ends: its finalizers run, nothing of it is left, and it is not answered any more.
 *
 * What is left of a call that was answered after all is looked for, too.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Scheduler from "effect/Scheduler"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import type * as Transcript from "../Transcript.ts"
import * as Wire from "../Wire.ts"
import * as Call from "./Call.ts"
import { Fibers } from "./Fibers.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import { Steps } from "./Steps.ts"
import * as Subject from "./Subject.ts"

/**
 * When the call is cancelled: after so many operations of its handler, or when nothing has happened for so long, in milliseconds; after no operation it
 * is cancelled as soon as it is sent.
 */
interface Case {
  readonly input: unknown
  readonly over: keyof typeof ways
  readonly operations: number
  readonly idle: number
}

const ways = {
  "a session": { wire: Wire.memory, version: Wire.memory.versions[1]! },
  "a pipe": { wire: Wire.memory, version: Wire.memory.versions[0]! },
  "Streamable HTTP": { wire: Wire.http, version: Wire.http.versions[0]! }
}

// In real time nobody waits for long.
const longestIdle = { live: 10, virtual: Number.POSITIVE_INFINITY }

// How long finalizers may take, in milliseconds.
const patience = { live: 1000, virtual: 60_000 }

// How long the next call may take, in milliseconds: that a handler is slow is for the law of valid input to find.
const answer = { live: 10_000, virtual: 600_000 }

const upTo = (maximum: number) => Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum })))

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll<Case>("a call that is cancelled ends, and leaves nothing behind", settings, (registered) => {
    const codec = Call.codecOf(registered)
    return {
      arbitrary: Arbitrary.all({
        input: settings.inputOf(registered),
        over: Arbitrary.schema(Schema.Literals(["a session", "a pipe", "Streamable HTTP"])),
        // most handlers are short
        operations: Arbitrary.map(upTo(40), (n) => Math.ceil(n * n / 10)),
        idle: Arbitrary.map(upTo(6), (power) => Math.min(10 ** power, longestIdle[settings.clock]))
      }),
      holds: ({ idle, input, operations, over }, subject) =>
        Effect.gen(function*() {
          const encoded = yield* subject.encode(codec, input)
          const client = yield* subject.connect(ways[over])
          const reached = yield* Deferred.make<void>()
          const fibers = new Fibers()
          subject.surround((run) =>
            Effect.flatMap(Scheduler.Scheduler, (scheduler) => {
              const counted = fibers.count(run)
              return operations === 0 ? counted : Effect.provideService(
                counted,
                Scheduler.Scheduler,
                new Steps(scheduler, operations, () => Deferred.doneUnsafe(reached, Effect.void))
              )
            })
          )
          const open = yield* subject.find(settings.open)

          // the last one: a call may be sent more than once, with answers or headers that were asked for
          let id: JsonRpc.RequestId | undefined
          const onId = (sent: JsonRpc.RequestId) => {
            id = sent
          }
          const call = yield* Effect.forkScoped(
            Effect.exit(Call.send(client, registered, encoded, { onId })),
            { startImmediately: true }
          )
          if (operations > 0) {
            yield* Effect.raceAllFirst([Deferred.await(reached), Fiber.await(call), Effect.sleep(idle)])
          }
          const isCancelled = call.pollUnsafe() === undefined
          yield* Fiber.interrupt(call)
          // what is said before is taken in before
          yield* Effect.exit(ping(client))
          const heard = subject.lines.length

          const left = () => settings.isBackground(registered) ? 0 : fibers.alive
          const isOver = () => subject.invocations.every(({ exit }) => exit !== undefined) && left() === 0
          let closed = yield* subject.find(settings.open)
          for (let waited = 1; waited < patience[settings.clock] && !(isOver() && closed === open); waited *= 2) {
            yield* Effect.sleep(waited)
            closed = yield* subject.find(settings.open)
          }
          const running = subject.invocations.find(({ exit }) => exit === undefined)
          if (running !== undefined) {
            return yield* subject.broken(`${Subject.nameOf(running.registered)} goes on after it was cancelled`)
          }
          if (closed !== open) return yield* subject.broken(`what was open was\n${open}\nand then\n${closed}`)
          if (left() > 0) {
            return yield* subject.broken(
              `${left() === 1 ? "one fiber is" : `${left()} fibers are`} left that it has started\n` +
                "(what starts something that is to go on, the option `background` names)"
            )
          }
          if (!isCancelled) return
          const exit = subject.invocations.at(-1)?.exit
          const wasInterrupted = exit !== undefined && Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)
          for (const [index, line] of subject.lines.entries()) {
            if (isAnswer(line, id) && (index >= heard || wasInterrupted)) {
              return yield* subject.broken("it was answered after its cancellation was taken in")
            }
          }
          if (exit === undefined) return
          // what it has taken and not given back, the next one waits for
          const next = yield* Effect.exit(
            Call.send(client, registered, encoded, {
              timeout: answer[settings.clock],
              maxTimeout: answer[settings.clock]
            })
          )
          if (isUnanswered(next)) {
            return yield* subject.broken(`the next call after it was not answered: ${Call.describe(next)}`)
          }
        })
    }
  })

const isUnanswered = (answer: Call.Answer): boolean => {
  const error = Exit.findErrorOption(answer)
  return error._tag === "Some" && error.value.reason._tag === "RequestTimeout"
}

const ping = (client: Client.Methods) =>
  client.server.era === "session"
    ? client.request("ping", {})
    : client.request("server/discover", {}, { isFresh: true })

const isAnswer = ({ from, message }: Transcript.Line, id: JsonRpc.RequestId | undefined): boolean =>
  from === "server" && Predicate.isObject(message) && message["id"] === id && !("method" in message) &&
  // a round that ends in a question is no answer
  !isQuestion(message["result"])

const isQuestion = (result: unknown): boolean => Predicate.isObject(result) && result["resultType"] === "input_required"
