/**
 * Faults of handlers.
 *
 * @since 0.1.0
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Journal from "@mcp-effect/core/Journal"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type { Fault } from "./Fault.ts"

/** A server with the fault, where `isFaulty`, and without. */
const fault = <R = never>(
  name: string,
  caughtBy: string,
  server: (isFaulty: boolean) => Layer.Layer<Server.Server | R>,
  options?: Laws.Options<R>
): Fault => ({
  name,
  caughtBy,
  // what it says nothing to, the others say nothing to in a few cases
  faulty: Laws.server(server(true), options).map((law) => law.name === caughtBy ? law : briefly(law)),
  // the others have nothing new to say
  sound: Laws.server(server(false), options).filter((law) => law.name === caughtBy)
})

const briefly = (law: Law.Law): Law.Law => ({
  ...law,
  check: (options) => law.check({ ...options, runs: Math.min(20, options?.runs ?? 20) })
})

const serving = <R>(features: Layer.Layer<never, never, R>) =>
  Server.layer({ name: "faults", version: "1.0.0" }, features)

const Half = Tool.make("half", { input: { n: Schema.Int }, output: { half: Schema.Int } })

const Greet = Prompt.make("greet", { arguments: { times: Schema.Int } })

/** What handlers change, and what they have open. */
class Shelf extends Context.Service<Shelf, {
  readonly books: Ref.Ref<ReadonlyArray<string>>
  readonly open: Ref.Ref<number>
}>()("test/Shelf") {}

const shelf = Layer.effect(
  Shelf,
  Effect.gen(function*() {
    return { books: yield* Ref.make<ReadonlyArray<string>>([]), open: yield* Ref.make(0) }
  })
)

const books = Effect.flatMap(Shelf, ({ books }) => Ref.get(books))

const open = Effect.flatMap(Shelf, ({ open }) => Ref.get(open))

const onShelf = <R>(features: Layer.Layer<never, never, R>) => Layer.provideMerge(serving(features), shelf)

const validInput = "valid input is answered, and the answer fits"
const invalidInput = "invalid input is refused, and never reaches the handler"
const internals = "an answer shows nothing of the inside"
const cancellation = "a call that is cancelled ends, and leaves nothing behind"

class TooLong extends Schema.TaggedError<TooLong>()("TooLong", {}) {}

class Unheard extends Schema.TaggedError<Unheard>()("Unheard", {}) {}

const Read = Tool.make("read", { input: { title: Schema.String }, errors: [TooLong] })

const Put = Tool.make("put", { input: { title: Schema.String }, annotations: { idempotent: true } })

const Charge = Tool.make("charge", { input: { title: Schema.String } })

const Look = Tool.make("look", { annotations: { readOnly: true } })

const Configure = Tool.make("configure", { input: { settings: Schema.Record(Schema.String, Schema.Json) } })

const Loose = Tool.make("half", {
  input: { n: Schema.optionalKey(Schema.Json) },
  output: { half: Schema.Finite },
  jsonSchema: { input: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } }
})

const Even = Tool.make("even", {
  input: { n: Schema.Int },
  output: { parity: Schema.String },
  jsonSchema: { output: { type: "object", properties: { parity: { enum: ["even", "odd"] } }, required: ["parity"] } }
})

type Fields = { [name: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

// For each name that it finds, whatever that is of.
const merge = (target: Fields, source: Fields): void => {
  for (const name of Object.keys(source)) {
    const [old, value] = [target[name], source[name]]
    if (isFields(old) && isFields(value)) merge(old, value)
    else target[name] = value
  }
}

const mergeOwn = (target: Fields, source: Fields): void => {
  for (const [name, value] of Object.entries(source)) {
    if (name !== "__proto__") target[name] = value
  }
}

export const faults: ReadonlyArray<Fault> = [
  fault(
    "an answer that does not fit its Schema",
    validInput,
    (isFaulty) =>
      serving(Server.tool(Half, ({ n }) => Effect.sync(() => ({ half: isFaulty ? n / 2 : Math.trunc(n / 2) }))))
  ),

  fault(
    "an answer that does not fit what clients are told of it",
    validInput,
    (isFaulty) =>
      serving(
        Server.tool(Even, ({ n }) =>
          Effect.succeed({ parity: n % 2 === 0 ? "even" : n < 0 && isFaulty ? "negative" : "odd" }))
      )
  ),

  fault(
    "a defect where there is nothing",
    validInput,
    (isFaulty) =>
      serving(Server.tool(Read, ({ title }) =>
        Effect.sync(() => {
          const [first] = title
          return isFaulty ? first!.toUpperCase() : first?.toUpperCase() ?? ""
        })))
  ),

  fault(
    "a defect for a number that is large",
    validInput,
    (isFaulty) =>
      serving(
        Server.prompt(Greet, ({ times }) =>
          Effect.sync(() => "Hello! ".repeat(isFaulty ? Math.abs(times) : Math.min(Math.abs(times), 10))))
      )
  ),

  fault("invalid params that are told as an internal error", invalidInput, (isFaulty) =>
    serving(Layer.mergeAll(
      Server.prompt(Greet, () => Effect.succeed("Hello!")),
      Server.middleware((_, next) =>
        isFaulty
          ? Effect.catch(next, ({ message }) => Effect.fail(ProtocolError.internalError(message)))
          : next
      )
    ))),

  fault("a Schema that lets pass what clients are told not to send", invalidInput, (isFaulty) =>
    serving(
      isFaulty
        ? Server.tool(Loose, ({ n }) => Effect.succeed({ half: typeof n === "number" ? Math.trunc(n / 4) : 0 }))
        : Server.tool(Half, ({ n }) => Effect.succeed({ half: Math.trunc(n / 4) }))
    )),

  fault(
    "an error that is not declared",
    "a handler fails only with what it declares",
    (isFaulty) =>
      serving(Server.tool(Read, ({ title }) =>
        title.length < 3
          ? Effect.succeed(title)
          // what types would not allow
          : Effect.fail(isFaulty ? new Unheard() as unknown as TooLong : new TooLong())))
  ),

  fault(
    "an answer with a stack in it",
    internals,
    (isFaulty) =>
      serving(
        Server.tool(Read, ({ title }) =>
          Effect.succeed(Result.match(Result.try(() => decodeURIComponent(`%${title}`)), {
            onSuccess: (text) => Tool.result({ content: [{ type: "text", text }] }),
            onFailure: (error) => Tool.failure(isFaulty ? String((error as Error).stack) : "No such title")
          })))
      )
  ),

  fault(
    "an error that says where the program is",
    internals,
    (isFaulty) =>
      serving(Server.tool(Read, ({ title }) =>
        Effect.succeed(
          title === "" ? Tool.failure(`Cannot read ${isFaulty ? `${process.cwd()}/titles` : "that"}`) : title
        )))
  ),

  fault(
    "settings that are merged name by name",
    "no member of the input changes a prototype",
    (isFaulty) =>
      serving(Server.tool(Configure, ({ settings }) =>
        Effect.sync(() => {
          const all = { depth: 1 }
          if (isFaulty) merge(all, settings)
          else mergeOwn(all, settings)
          return JSON.stringify(all)
        })))
  ),

  fault("a fiber that is left behind", cancellation, (isFaulty) =>
    serving(Server.tool(Read, ({ title }) => {
      const watching = Effect.forever(Effect.sleep("1 minute"))
      return Effect.as(isFaulty ? Effect.forkDetach(watching) : Effect.forkChild(watching), title)
    }))),

  fault(
    "what is not closed when the call is cancelled",
    cancellation,
    (isFaulty) =>
      onShelf(Server.tool(Read, ({ title }) =>
        Effect.gen(function*() {
          const { open } = yield* Shelf
          const acquire = Ref.update(open, (count) => count + 1)
          const release = Ref.update(open, (count) => count - 1)
          const reading = Effect.as(Effect.sleep("10 seconds"), title)
          if (!isFaulty) return yield* Effect.acquireUseRelease(acquire, () => reading, () => release)
          yield* acquire
          const text = yield* reading
          yield* release
          return text
        }))),
    { open }
  ),

  fault(
    "a lock that is kept when the call is cancelled",
    cancellation,
    (isFaulty) =>
      Layer.unwrap(Effect.map(Semaphore.make(1), (lock) =>
        serving(Server.tool(Read, ({ title }) => {
          const reading = Effect.as(Effect.sleep("10 seconds"), title)
          return isFaulty
            ? Effect.andThen(lock.take(1), Effect.tap(reading, () => lock.release(1)))
            : lock.withPermits(1)(reading)
        }))))
  ),

  fault(
    "what is done before a question, again in each round",
    "the same call gives the same result in every revision, over every wire",
    (isFaulty) =>
      onShelf(Server.tool(Charge, ({ title }) =>
        Effect.gen(function*() {
          const { books } = yield* Shelf
          const put = Ref.update(books, (all) => [...all, title])
          yield* isFaulty ? put : Journal.once("put", { success: Schema.Void }, put)
          const { action } = yield* Elicitation.form({ message: "Is that all?", fields: { yes: Schema.Boolean } })
          return action
        }))),
    { observe: books }
  ),

  fault(
    "a finalizer that does not end",
    cancellation,
    (isFaulty) =>
      serving(Server.tool(Read, ({ title }) =>
        Effect.onInterrupt(
          Effect.as(Effect.sleep("10 seconds"), title),
          () => isFaulty ? Effect.never : Effect.sleep("1 second")
        )))
  ),

  fault(
    "an idempotent tool that does it twice",
    "to call an idempotent tool twice is to call it once",
    (isFaulty) =>
      onShelf(
        Server.tool(Put, ({ title }) =>
          Effect.flatMap(Shelf, ({ books }) =>
            Ref.update(books, (all) =>
              isFaulty || !all.includes(title) ? [...all, title] : all)))
      ),
    { observe: books }
  ),

  fault(
    "a read-only tool that writes",
    "a read-only tool changes nothing",
    (isFaulty) =>
      onShelf(Server.tool(Look, () =>
        Effect.flatMap(Shelf, ({ books }) =>
          isFaulty
            ? Effect.as(Ref.update(books, (all) => [...all, "looked"]), "nothing")
            : Effect.map(Ref.get(books), (all) => `${all.length} books`)))),
    { observe: books }
  )
]
