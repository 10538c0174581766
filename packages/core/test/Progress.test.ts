import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../src/Client.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Progress from "../src/Progress.ts"
import * as Sampling from "../src/Sampling.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

const modelAt: Array<number> = []

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("steps"),
    () =>
      Effect.forEach(
        [0.5, 1, 1, 2],
        (progress) => Progress.report({ progress, total: 2, message: `step ${progress}` }),
        {
          discard: true
        }
      )
  ),
  Server.tool(Tool.make("stream", { output: { sum: Schema.Finite } }), () =>
    Stream.make(1, 2, 3).pipe(
      Progress.track((_, index) => ({ progress: index + 1, total: 3 })),
      Stream.runFold(() => 0, (sum, n) => sum + n),
      Effect.map((sum) => ({ sum }))
    )),
  Server.tool(Tool.make("reverse"), () =>
    Effect.map(
      Sampling.createMessage({ messages: [], maxTokens: 1 }, {
        onProgress: ({ progress }) => Effect.sync(() => modelAt.push(progress))
      }),
      ({ model }) => model
    ))
)

const serving = Conversation.withServer(features)

const progress = (conversation: Conversation.Conversation) =>
  conversation.all("notifications/progress").map(({ params }) => params)

describe("progress", () => {
  it.effect("goes to the token of the request, increasing, before its result (PROG-1, PROG-4, PROG-5, PROG-8, PROG-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("steps", {}, { progressToken: "t" })
      expect(conversation.received.slice(1)).toEqual([
        ...[0.5, 1, 2].map((progress) => ({
          jsonrpc: "2.0",
          method: "notifications/progress",
          params: { progressToken: "t", progress, total: 2, message: `step ${progress}` }
        })),
        { jsonrpc: "2.0", id: 2, result: { content: [] } }
      ])
    }).pipe(serving))

  it.effect("has no message in 2024-11-05 (PROG-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version: "2024-11-05" })
      yield* conversation.call("steps", {}, { progressToken: 0 })
      expect(progress(conversation)).toEqual([0.5, 1, 2].map((progress) => ({ progressToken: 0, progress, total: 2 })))
    }).pipe(serving))

  it.effect("is not sent to who did not ask for it (PROG-8, PROG-10)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("steps")
      yield* conversation.call("steps", {}, { "com.example/progressToken": 1 })
      expect(progress(conversation)).toEqual([])
    }).pipe(serving))

  it.effect("is not sent to a token that would be most of each message", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const length of [1024, 1025]) yield* conversation.call("steps", {}, { progressToken: "t".repeat(length) })
      expect(progress(conversation).map(({ progressToken }: any) => progressToken.length)).toEqual([1024, 1024, 1024])
    }).pipe(serving))

  it.effect("of requests side by side goes to each one's own token (PROG-3, PROG-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.ask("tools/call", { name: "steps", _meta: { progressToken: 1 } })
      yield* conversation.ask("tools/call", { name: "stream", _meta: { progressToken: "1" } })
      yield* Conversation.settle
      expect(progress(conversation).map((params) => params?.["progressToken"])).toEqual([1, 1, 1, "1", "1", "1"])
    }).pipe(serving))

  it.effect("may come from a stream", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const { result } = yield* conversation.call("stream", {}, { progressToken: 7 })
      expect(result?.["structuredContent"]).toEqual({ sum: 6 })
      expect(progress(conversation)).toEqual([1, 2, 3].map((progress) => ({ progressToken: 7, progress, total: 3 })))
    }).pipe(serving))

  it.effect("of what the server asks comes back to the handler (PROG-1, PROG-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
      const id = yield* conversation.ask("tools/call", { name: "reverse" })
      const request = yield* conversation.next("sampling/createMessage")
      expect(request.params?.["_meta"]).toEqual({ progressToken: request.id })
      yield* conversation.notify("notifications/progress", { progressToken: request.id, progress: 1 })
      yield* conversation.notify("notifications/progress", { progressToken: request.id, progress: 1 })
      yield* conversation.notify("notifications/progress", { progressToken: "other", progress: 2 })
      yield* Conversation.settle
      yield* conversation.reply(request, { role: "assistant", content: { type: "text", text: "x" }, model: "m" })
      yield* conversation.answer(id)
      expect(modelAt).toEqual([1])
    }).pipe(serving))
})

describe("a request as a stream", () => {
  const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

  const connect = Effect.fnUntraced(function*(version: string) {
    const [near, far] = yield* MemoryTransport.make()
    yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "progress" }), Transport, far))
    return yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version] })
  })

  it.effect.each(versions)(
    "is its progress, and at the end its result, in %s (PROG-1, PROG-2, PROG-6)",
    (version) =>
      Effect.gen(function*() {
        const client = yield* connect(version)
        const events = yield* Stream.runCollect(
          Progress.stream((onProgress) => client.callTool("steps", {}, { onProgress }))
        )
        const message = (progress: number) => version === "2024-11-05" ? {} : { message: `step ${progress}` }
        expect(Array.from(events)).toMatchObject([
          ...[0.5, 1, 2].map((progress) => ({
            _tag: "Progress",
            update: { progress, total: 2, ...message(progress) }
          })),
          { _tag: "Result", value: { content: [] } }
        ])
      }).pipe(serving)
  )

  it.effect.each(versions)("is cancelled by who stops reading it, in %s (CANC-1)", (version) => {
    const seen: Array<string> = []
    const slow = Server.tool(Tool.make("slow"), () =>
      Effect.onInterrupt(
        Effect.andThen(Progress.report({ progress: 1 }), Effect.never),
        () => Effect.sync(() => seen.push("interrupted"))
      ))
    return Effect.gen(function*() {
      const client = yield* connect(version)
      const events = Progress.stream((onProgress) => client.callTool("slow", {}, { onProgress }))
      expect(Array.from(yield* Stream.runCollect(Stream.take(events, 1)))).toEqual([
        { _tag: "Progress", update: { progress: 1 } }
      ])
      yield* Conversation.until(() => seen.length === 1)
      const fiber = yield* Effect.forkChild(Stream.runDrain(events))
      yield* Conversation.settle
      yield* Fiber.interrupt(fiber)
      yield* Conversation.until(() => seen.length === 2)
    }).pipe(Conversation.withServer(slow))
  })

  it.effect("fails as the request does, after its progress", () =>
    Effect.gen(function*() {
      const read: Array<unknown> = []
      const exit = yield* Progress.stream((onProgress) =>
        Effect.andThen(onProgress({ progress: 1 }), Effect.fail("no"))
      ).pipe(Stream.runForEach((event) => Effect.sync(() => read.push(event))), Effect.exit)
      expect(read).toEqual([{ _tag: "Progress", update: { progress: 1 } }])
      expect(exit).toEqual(Exit.fail("no"))
    }))

  it.effect("keeps the newest for a slow reader, never waits for it, and never loses the result (PROG-11)", () =>
    Effect.gen(function*() {
      for (const bufferSize of [16, 1, 4]) {
        const done = Deferred.makeUnsafe<void>()
        const read: Array<Progress.Event<string>> = []
        yield* Progress.stream(
          (onProgress) =>
            Effect.forEach(Array.from({ length: 10_000 }), (_, progress) => onProgress({ progress }), { discard: true })
              .pipe(Effect.andThen(Deferred.succeed(done, undefined)), Effect.as("done")),
          bufferSize === 16 ? {} : { bufferSize }
        ).pipe(Stream.runForEach((event) => {
          read.push(event)
          return Deferred.await(done)
        }))
        // what was taken before the reader began to wait, and then as much as there is room for
        expect(read.length).toBeLessThanOrEqual(2 * bufferSize + 1)
        expect(read.at(-1)).toEqual({ _tag: "Result", value: "done" })
        if (bufferSize !== 1) expect(read.at(-2)).toEqual({ _tag: "Progress", update: { progress: 9999 } })
      }
    }))
})
