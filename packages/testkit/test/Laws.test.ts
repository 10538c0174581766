import { assert, describe, it } from "@effect/vitest"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"

const serving = <E, R>(features: Layer.Layer<never, E, R>) => Server.layer({ name: "laws", version: "1.0.0" }, features)

const Half = Tool.make("half", { input: { n: Schema.Int }, output: { half: Schema.Int } })

const halving = (halve: (n: number) => number) =>
  serving(Server.tool(Half, ({ n }) => Effect.sync(() => ({ half: halve(n) }))))

const right = halving((n) => Math.trunc(n / 2))

const wrong = halving((n) => n / 2)

const Echo = Tool.make("echo", { input: { text: Schema.String }, annotations: { idempotent: true, readOnly: true } })

type Handled = (input: { readonly text: string }) => Effect.Effect<string>

const echoing = (handler: Handled) => serving(Server.tool(Echo, handler))

class Calls extends Context.Service<Calls, Ref.Ref<number>>()("test/Calls") {
  static readonly layer = Layer.effect(Calls, Ref.make(0))
}

const names = {
  validInput: "valid input is answered, and the answer fits",
  invalidInput: "invalid input is refused, and never reaches the handler",
  cancellation: "a call that is cancelled ends, and leaves nothing behind",
  idempotence: "to call an idempotent tool twice is to call it once",
  readOnly: "a read-only tool changes nothing"
}

const only = (name: keyof typeof names, laws: ReturnType<typeof Laws.server>) =>
  laws.filter((law) => law.name === names[name])

describe("laws of a server", () => {
  it.live("hold of one that is right", () => Laws.check(Laws.server(right), { seed: 1, runs: 5 }))

  it.live("say what was done, what came of it and what was said, and give the token for it", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(Laws.server(wrong), { seed: 1 }))
      assert.strictEqual(
        violation.message
          .replace(/^ +at .*\n/gm, "")
          .replace(/"_meta":\{.*?\}\}\}/g, "\"_meta\":…")
          .replace(/"result":.*/g, "\"result\":…"),
        [
          "tool half: valid input is answered, and the answer fits",
          "  but it was answered with error -32603: Internal error",
          "  logged: Error: Request failed unexpectedly: tools/call half",
          "  Error: The output of tool half does not fit its Schema: half: Expected an integer",
          "Counterexample: {\"value\":{\"n\":1}}",
          "Transcript:",
          "> {\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"server/discover\",\"params\":{\"_meta\":…}}",
          "< {\"jsonrpc\":\"2.0\",\"id\":0,\"result\":…",
          "> {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"half\",\"arguments\":{\"n\":1},\"_meta\":…}}",
          "< {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}",
          `Replay: ${JSON.stringify(violation.replay)}`
        ].join("\n")
      )
      assert.notInclude(violation.message, "node_modules")
    }))

  it.live("come to the same violation for the same seed, and by its token", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(Laws.server(wrong), { seed: 2 }))
      const again = yield* Effect.flip(Laws.check(Laws.server(wrong), { seed: 2 }))
      assert.strictEqual(again.message, violation.message)
      const replayed = yield* Effect.flip(Laws.check(Laws.server(wrong), { replay: violation.replay }))
      assert.strictEqual(replayed.message, violation.message)
      yield* Laws.check(Laws.server(right), { replay: violation.replay })
    }))

  it.live("replay nothing that is of no law among them", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(
        Laws.check(Laws.server(right), { replay: "[\"no law\",\"tool half\",\"\"]" })
      )
      assert.strictEqual(violation.reason, "there is no such law among those that are checked")
    }))

  it.live("say that a server cannot be built, and why", () =>
    Effect.gen(function*() {
      const failing = serving(Layer.effectDiscard(Effect.fail(new Error("no disk"))))
      const violation = yield* Effect.flip(Laws.check(Laws.server(failing)))
      assert.match(violation.reason, /^the server could not be built: Error: no disk/)
      const dying = serving(
        Layer.mergeAll(Server.tool(Half, () => Effect.never), Server.tool(Half, () => Effect.never))
      )
      const other = yield* Effect.flip(Laws.check(Laws.server(dying)))
      assert.match(other.reason, /The tool "half" is registered twice/)
    }))

  it.live("take no time of their own, however long handlers sleep", () =>
    Laws.check(
      Laws.server(echoing(({ text }) => Effect.as(Effect.sleep("30 seconds"), text))),
      { seed: 1, runs: 3 }
    ))

  it.live("leave a handler its time when that is wanted", () =>
    Effect.gen(function*() {
      const started = Date.now()
      const slow = echoing(({ text }) =>
        Effect.as(Effect.promise(() => new Promise((done) => setTimeout(done, 5))), text)
      )
      yield* Laws.check(only("validInput", Laws.server(slow, { clock: "live" })), { seed: 1, runs: 3 })
      assert.isAtLeast(Date.now() - started, 12)
    }))

  it.live("find a handler that is slower than clients wait", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(Laws.server(echoing(() => Effect.never)), { seed: 1 }))
      assert.strictEqual(violation.law, names.validInput)
      assert.match(violation.reason, /^the call failed: .*60000|^the call failed: .*minute/)
    }))

  it.live("find a handler that nothing ends, and come to an end themselves", () =>
    Effect.gen(function*() {
      const laws = only("cancellation", Laws.server(echoing(() => Effect.uninterruptible(Effect.never))))
      const violation = yield* Effect.flip(Laws.check(laws, { seed: 1, runs: 3 }))
      assert.strictEqual(violation.reason, "tool echo goes on after it was cancelled")
    }))

  it.live("find that in real time, too", () =>
    Effect.gen(function*() {
      const laws = only(
        "cancellation",
        Laws.server(echoing(() => Effect.uninterruptible(Effect.never)), { clock: "live" })
      )
      const violation = yield* Effect.flip(Laws.check(laws, { seed: 1, runs: 4, shrinks: 0 }))
      assert.strictEqual(violation.reason, "tool echo goes on after it was cancelled")
    }))

  it.live("compare what an idempotent tool answers where there is nothing to observe", () =>
    Effect.gen(function*() {
      const counting = Layer.provide(
        serving(Server.tool(Echo, () =>
          Effect.flatMap(Calls, (calls) =>
            Ref.updateAndGet(calls, (n) => n + 1).pipe(Effect.map(String))))),
        Calls.layer
      )
      const violation = yield* Effect.flip(Laws.check(only("idempotence", Laws.server(counting)), { seed: 1 }))
      assert.match(violation.reason, /^first it was answered with .*"1".*, and then it was answered with .*"2"/)
    }))

  it.live("look at the state alone where that can be observed", () =>
    Effect.gen(function*() {
      const counting = Layer.provideMerge(
        serving(Server.tool(Echo, () =>
          Effect.flatMap(Calls, (calls) =>
            Ref.updateAndGet(calls, (n) => n + 1).pipe(Effect.map(String))))),
        Calls.layer
      )
      const small = Laws.server(counting, {
        observe: Effect.map(Effect.flatMap(Calls, Ref.get), (n) =>
          n > 0)
      })
      yield* Laws.check(only("idempotence", small), { seed: 1, runs: 5 })
      const violation = yield* Effect.flip(Laws.check(only("readOnly", small), { seed: 1 }))
      assert.strictEqual(violation.reason, "the state was\nfalse\nand is\ntrue")
    }))

  it.live("know nothing of read-only tools where there is nothing to observe", () =>
    Effect.sync(() => assert.isEmpty(only("readOnly", Laws.server(right)))))
})

describe("input of the author's", () => {
  it.live("that does not fit the Schema is said to be that, and not to be the server's fault", () =>
    Effect.gen(function*() {
      const laws = Laws.server(right, { inputs: [Laws.input(Half, Arbitrary.Constant({ n: 0.5 }))] })
      const { reason } = yield* Effect.flip(Laws.check(laws, { seed: 1 }))
      assert.match(reason, /^what it is tried with does not fit its own Schema: Expected an integer/)
    }))

  const Known = Tool.make("known", { input: { name: Schema.String }, output: { length: Schema.Int } })
  const known = serving(
    Server.tool(
      Known,
      ({ name }) => name.startsWith("ada") ? Effect.succeed({ length: name.length }) : Effect.die("unknown")
    )
  )

  it.live("takes the place of what fits the Schema", () =>
    Effect.gen(function*() {
      yield* Effect.flip(Laws.check(Laws.server(known), { seed: 1 }))
      const names = Arbitrary.schema(Schema.Literals(["ada", "adam"]))
      const laws = Laws.server(known, { inputs: [Laws.input(Known, Arbitrary.map(names, (name) => ({ name })))] })
      yield* Laws.check(laws.filter(({ name }) => name.startsWith("a handler fails")), { seed: 1 })
    }))

  it.live("is of a handler that there is", () =>
    Effect.gen(function*() {
      const laws = Laws.server(right, { inputs: [Laws.input(Known, Arbitrary.Constant({ name: "ada" }))] })
      const violation = yield* Effect.flip(Laws.check(laws))
      assert.strictEqual(violation.reason, "the server has no handler for \"known\" as it is declared")
    }))
})

describe("laws of one handler", () => {
  const Greet = Prompt.make("greet", { arguments: { name: Schema.String } })
  const Note = ResourceTemplate.make("note://{id}", { name: "note", variables: { id: Schema.Int } })
  const all = serving(Layer.mergeAll(
    Server.tool(Half, ({ n }) => Effect.succeed({ half: Math.trunc(n / 2) })),
    Server.tool(Echo, () => Effect.die("not of this one")),
    Server.prompt(Greet, ({ name }) => Effect.succeed(`Hello, ${name}`)),
    Server.resourceTemplate(Note, ({ id }) => Effect.succeed(`note ${id}`))
  ))

  it.live("are of a tool", () => Laws.check(Laws.tool(all, Half), { seed: 1, runs: 5 }))

  it.live("are of a prompt", () => Laws.check(Laws.prompt(all, Greet), { seed: 1, runs: 5 }))

  it.live("are of a family of resources", () => Laws.check(Laws.resourceTemplate(all, Note), { seed: 1, runs: 5 }))

  it.live("find what is wrong with that one", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(Laws.tool(all, Echo), { seed: 1 }))
      assert.strictEqual(violation.subject, "tool echo")
    }))

  it.live("are not true of one that the server does not have", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(Laws.check(Laws.prompt(right, Greet)))
      assert.strictEqual(violation.reason, "the server has no handler for \"greet\" as it is declared")
    }))
})
