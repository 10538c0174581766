import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"

const tool = (name: string, options?: { readonly visible: (session: { readonly id?: string }) => boolean }) =>
  Server.tool(Tool.make(name), () => Effect.void, options)

const tools = (from: number, to: number) =>
  Layer.mergeAll(Layer.empty, ...Array.from({ length: to - from }, (_, i) => tool(`t${from + i}`)))

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `t${from + i}`)

interface Page {
  readonly names: ReadonlyArray<string>
  readonly nextCursor: string | undefined
}

const page = (
  conversation: Conversation.Conversation,
  cursor?: string,
  method = "tools/list",
  member = "tools"
): Effect.Effect<Page> =>
  Effect.map(conversation.request(method, cursor === undefined ? {} : { cursor }), ({ result = {} }) => ({
    names: (result[member] as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name),
    nextCursor: result["nextCursor"] as string | undefined
  }))

const pages = Effect.fnUntraced(function*(
  conversation: Conversation.Conversation,
  between: (seen: ReadonlyArray<string>) => Effect.Effect<void> = () => Effect.void,
  method?: string,
  member?: string
): Effect.fn.Return<ReadonlyArray<ReadonlyArray<string>>> {
  const all: Array<ReadonlyArray<string>> = []
  let cursor: string | undefined
  do {
    const { names, nextCursor } = yield* page(conversation, cursor, method, member)
    all.push(names)
    cursor = nextCursor
    yield* between(names)
  } while (cursor !== undefined)
  return all
})

describe("pages", () => {
  it.effect("of every list hold each item once, in order, and the last has no cursor (PAGE-1, TOOL-1)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const expected = [["0", "1"], ["2", "3"], ["4"]]
      for (
        const [method, member] of [
          ["tools/list", "tools"],
          ["resources/list", "resources"],
          ["resources/templates/list", "resourceTemplates"],
          ["prompts/list", "prompts"]
        ]
      ) {
        expect(yield* pages(conversation, undefined, method, member)).toEqual(expected)
      }
    }).pipe(Conversation.withServer(
      Layer.mergeAll(
        Layer.empty,
        ...["0", "1", "2", "3", "4"].flatMap((name) => [
          tool(name),
          Server.resource(Resource.make(`test:${name}`, { name }), () => Effect.succeed("")),
          Server.resourceTemplate(ResourceTemplate.make(`test:${name}/{x}`, { name }), () => Effect.succeed("")),
          Server.prompt(Prompt.make(name), () => Effect.succeed(""))
        ])
      ),
      { pageSize: 2 }
    )))

  it.effect.each([0, 1, 2, 3, 4])("%i items on pages of two", (count) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const all = yield* pages(conversation)
      expect(all.flat()).toEqual(names(0, count))
      expect(all.length).toBe(Math.max(1, Math.ceil(count / 2)))
    }).pipe(Conversation.withServer(tools(0, count), { pageSize: 2, features: ["tools"] })))

  it.effect("visit each item that stays exactly once while others come and go (PAGE-1, PAGE-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const registry = yield* Server.Registry
      const removable = yield* Scope.make()
      const build = (layer: Layer.Layer<never, never, Server.Registry>, scope: Scope.Scope) =>
        Effect.provideService(Layer.buildWithScope(layer, scope), Server.Registry, registry)
      yield* build(tools(100, 110), removable)
      const scope = yield* Effect.scope
      yield* build(tools(10, 20), scope)
      let next = 20
      const all = yield* pages(conversation, () =>
        Effect.gen(function*() {
          if (next === 22) yield* Scope.close(removable, Exit.void)
          if (next < 26) yield* build(tools(next, ++next), scope)
        }))
      const seen = all.flat()
      expect(seen.filter((name) => Number(name.slice(1)) < 100)).toEqual(names(0, 26))
      expect(new Set(seen).size).toBe(seen.length)
    }).pipe(Conversation.withServer(tools(0, 10), { pageSize: 3 })))

  it.effect("go on after the item that a cursor stood at is gone (PAGE-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const registry = yield* Server.Registry
      const { nextCursor } = yield* page(conversation)
      registry.tools.delete("t1")
      registry.tools.delete("t2")
      expect((yield* page(conversation, nextCursor)).names).toEqual(["t3", "t4"])
    }).pipe(Conversation.withServer(tools(0, 5), { pageSize: 2 })))

  it.effect("hold what the session may see, in full (PAGE-1, TOOL-31)", () =>
    Effect.gen(function*() {
      const even = yield* Conversation.open({ sessionId: "even" })
      const odd = yield* Conversation.open({ sessionId: "odd" })
      expect(yield* pages(even)).toEqual([["t0", "t2"], ["t4", "t6"], ["t8"]])
      expect(yield* pages(odd)).toEqual([["t1", "t3"], ["t5", "t7"], ["t9"]])
    }).pipe(Conversation.withServer(
      Layer.mergeAll(
        Layer.empty,
        ...names(0, 10).map((name, i) => tool(name, { visible: ({ id }) => id === (i % 2 === 0 ? "even" : "odd") }))
      ),
      { pageSize: 2 }
    )))
})

describe("cursors", () => {
  it.effect("that were changed, made up or taken from elsewhere are refused with -32602 (PAGE-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const { nextCursor } = yield* page(conversation)
      const refused = (cursor: unknown, method = "tools/list") =>
        Effect.map(conversation.request(method, { cursor }), ({ error }) => error?.code === -32602)
      expect(yield* page(conversation, nextCursor)).toBeDefined()
      for (let i = 0; i < nextCursor!.length; i++) {
        for (const character of ["0", "1", ".", "z", "-"]) {
          const tampered = nextCursor!.slice(0, i) + character + nextCursor!.slice(i + 1)
          expect(tampered === nextCursor || (yield* refused(tampered))).toBe(true)
        }
      }
      for (
        const cursor of ["", ".", "0", "2", "2.", `${nextCursor}x`, `x${nextCursor}`, "x".repeat(100_000), 5, null, {}]
      ) {
        expect(yield* refused(cursor)).toBe(true)
      }
      expect(yield* refused(nextCursor, "prompts/list")).toBe(true)
      expect(yield* refused(nextCursor, "resources/list")).toBe(true)
    }).pipe(Conversation.withServer(tools(0, 5), { pageSize: 2, features: ["prompts", "resources"] })))

  it.effect("of one server mean nothing to another", () =>
    Effect.gen(function*() {
      const cursor = yield* Effect.map(Effect.flatMap(Conversation.open(), (here) => page(here)), (page) =>
        page.nextCursor).pipe(Conversation.withServer(tools(0, 5), { pageSize: 2 }))
      yield* Effect.gen(function*() {
        const there = yield* Conversation.open()
        expect((yield* there.request("tools/list", { cursor })).error?.code).toBe(-32602)
      }).pipe(Conversation.withServer(tools(0, 5), { pageSize: 2 }))
    }))
})
