import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Client from "../../src/Client.ts"
import * as Pagination from "../../src/client/Pagination.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

/** A list whose pages come from a function, which is told the cursor and how many pages there were before. */
const pages = (
  page: (
    cursor: string | undefined,
    index: number
  ) => { readonly items: ReadonlyArray<number>; readonly next?: string },
  limits: Partial<Pagination.Limits> = {}
) => {
  const asked: Array<string | undefined> = []
  const stream = Pagination.stream(
    "tools/list",
    { ...Pagination.defaultLimits, ...limits },
    (cursor) =>
      Effect.sync(() => {
        asked.push(cursor)
        const { items, next } = page(cursor, asked.length - 1)
        return { items, nextCursor: next }
      })
  )
  return { stream, asked, listing: Pagination.listing(stream) }
}

describe("a list", () => {
  it.effect("of one page, or of many of any size, is read to its end (PAGE-4, PAGE-5)", () =>
    Effect.gen(function*() {
      const one = pages(() => ({ items: [1, 2, 3] }))
      expect(yield* one.listing).toEqual({ items: [1, 2, 3], incomplete: undefined })
      expect(one.asked).toEqual([undefined])
      const sizes = [1, 0, 7, 0, 0, 2]
      const many = pages((_, index) => ({
        items: Array.from({ length: sizes[index]! }, () => index),
        ...(index === sizes.length - 1 ? undefined : { next: `page ${index + 1}` })
      }))
      expect(yield* many.listing).toEqual({ items: [0, 2, 2, 2, 2, 2, 2, 2, 5, 5], incomplete: undefined })
      expect(many.asked).toEqual([undefined, "page 1", "page 2", "page 3", "page 4", "page 5"])
    }))

  it.effect("goes on after an empty cursor, which is one like any other (PAGE-6)", () =>
    Effect.gen(function*() {
      const { asked, listing } = pages((_, index) => index === 0 ? { items: [1], next: "" } : { items: [2] })
      expect(yield* listing).toEqual({ items: [1, 2], incomplete: undefined })
      expect(asked).toEqual([undefined, ""])
    }))

  it.effect("gives cursors back as they came (PAGE-2)", () =>
    Effect.gen(function*() {
      const cursors = ["eyJhIjoxfQ==", " \t\n", "\u{1f600}\ud800", "__proto__", "0", "x".repeat(100_000)]
      const { asked, listing } = pages((_, index) =>
        index === cursors.length ? { items: [] } : { items: [index], next: cursors[index]! }
      )
      expect((yield* listing).incomplete).toBe(undefined)
      expect(asked).toEqual([undefined, ...cursors])
    }))

  it.effect("is read page by page, and no further than somebody reads (PAGE-8)", () =>
    Effect.gen(function*() {
      const { asked, stream } = pages((_, index) => ({ items: [index, index], next: `${index}` }))
      expect(Array.from(yield* Stream.runCollect(Stream.take(stream, 3)))).toEqual([0, 0, 1])
      expect(asked.length).toBe(2)
    }))

  it.effect("is read anew each time, with no cursor of the time before (PAGE-3)", () =>
    Effect.gen(function*() {
      const { asked, listing } = pages((cursor) => cursor === undefined ? { items: [1], next: "a" } : { items: [2] })
      expect((yield* listing).items).toEqual([1, 2])
      expect(yield* listing).toEqual({ items: [1, 2], incomplete: undefined })
      expect(asked).toEqual([undefined, "a", undefined, "a"])
    }))
})

describe("a list without end", () => {
  it.effect("is cut off after so many pages, and says so (PAGE-8)", () =>
    Effect.gen(function*() {
      const { asked, listing } = pages((_, index) => ({ items: [index], next: `${index}` }))
      const { incomplete, items } = yield* listing
      expect(incomplete).toBe("pages")
      expect(items.length).toBe(1000)
      expect(asked.length).toBe(1000)
      const few = pages((_, index) => ({ items: [index], next: `${index}` }), { maxPages: 3 })
      expect(yield* few.listing).toEqual({ items: [0, 1, 2], incomplete: "pages" })
      // the last page that may be read is not one too many
      const exact = pages((_, index) => ({ items: [index], ...(index === 2 ? undefined : { next: `${index}` }) }), {
        maxPages: 3
      })
      expect(yield* exact.listing).toEqual({ items: [0, 1, 2], incomplete: undefined })
    }))

  it.effect("of empty pages is cut off likewise (PAGE-8)", () =>
    Effect.gen(function*() {
      const { asked, listing } = pages((_, index) => ({ items: [], next: `${index}` }))
      expect(yield* listing).toEqual({ items: [], incomplete: "pages" })
      expect(asked.length).toBe(1000)
    }))

  it.effect.each<[string, ReadonlyArray<string>, number]>([
    ["the same cursor again and again", ["a", "a"], 2],
    ["the empty cursor again and again", ["", ""], 2],
    ["a cycle of two", ["a", "b", "a"], 3],
    ["a cycle that begins late", ["a", "b", "c", "d", "e", "c"], 6]
  ])("is cut off by %s (PAGE-8)", ([_, cursors, read]) =>
    Effect.gen(function*() {
      const { asked, listing } = pages((_, index) => ({ items: [index], next: cursors[index % cursors.length]! }))
      const { incomplete, items } = yield* listing
      expect(incomplete).toBe("cursor")
      expect(asked.length).toBe(read)
      expect(items.length).toBe(read)
    }))

  it.effect.each<[string, string, string]>([
    ["items", "x".repeat(1000), "c"],
    ["cursors", "x", "c".repeat(1000)]
  ])(
    "is cut off when its %s are too long, and the page that is too much left out (PAGE-8)",
    ([_, item, cursor]) =>
      Effect.gen(function*() {
        let asked = 0
        const listing = Pagination.listing(
          Pagination.stream(
            "tools/list",
            { ...Pagination.defaultLimits, maxSize: 10_000 },
            () => Effect.sync(() => ({ items: [item], nextCursor: `${cursor}${asked++}` }))
          )
        )
        const { incomplete, items } = yield* listing
        expect(incomplete).toBe("size")
        expect(items).toHaveLength(9)
        expect(asked).toBe(10)
      })
  )

  it.effect("is cut off after so many items, within a page too, and reads no other page (PAGE-8)", () =>
    Effect.gen(function*() {
      const { asked, listing } = pages(
        (_, index) => ({ items: Array.from({ length: 400 }, () => index), next: `${index}` }),
        {
          maxItems: 1000
        }
      )
      const { incomplete, items } = yield* listing
      expect(incomplete).toBe("items")
      expect(items.length).toBe(1000)
      expect(items.at(-1)).toBe(2)
      expect(asked.length).toBe(3)
      // as many as there may be are not too many
      const exact = pages(() => ({ items: Array.from({ length: 1000 }, () => 0) }), { maxItems: 1000 })
      expect((yield* exact.listing).incomplete).toBe(undefined)
    }))

  it.effect("as a stream gives what was read, and fails then with the limit that cut it off (PAGE-8)", () =>
    Effect.gen(function*() {
      const { stream } = pages((_, index) => ({ items: [index], next: `${index}` }), { maxPages: 2 })
      const read: Array<number> = []
      const exit = yield* Effect.exit(Stream.runForEach(stream, (item) => Effect.sync(() => read.push(item))))
      expect(read).toEqual([0, 1])
      expect(Exit.findErrorOption(exit)).toMatchObject({
        value: { reason: { _tag: "Incomplete", method: "tools/list", limit: "pages" } }
      })
    }))

  it.effect("ends when its reader is interrupted", () =>
    Effect.gen(function*() {
      let read = 0
      const stream = Pagination.stream("tools/list", {
        ...Pagination.defaultLimits,
        maxPages: Infinity,
        maxItems: Infinity
      }, () => Effect.as(Effect.yieldNow, { items: [read++], nextCursor: `${read}` }))
      const fiber = yield* Effect.forkChild(Pagination.listing(stream))
      yield* Conversation.settle
      yield* Fiber.interrupt(fiber)
      const before = read
      yield* Conversation.settle
      expect(before).toBeGreaterThan(0)
      expect(read).toBe(before)
    }))
})

describe("lists of a client", () => {
  const tool = (name: string) => Server.tool(Tool.make(name), () => Effect.void)

  it.effect("of a million tools are 100,000 tools and a word that there are more (PAGE-8)", () =>
    Effect.gen(function*() {
      let given = 0
      const server = yield* ScriptedServer.make(ScriptedServer.stateless(() => {
        const tools = Array.from({ length: 10_000 }, () => ({
          name: `tool-${given++}`,
          inputSchema: { type: "object" }
        }))
        return {
          result: {
            resultType: "complete",
            tools,
            ...(given < 1_000_000 ? { nextCursor: `${given}` } : undefined)
          }
        }
      }, { tools: {} }))
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
      const { incomplete, items } = yield* client.tools
      expect(incomplete).toBe("items")
      expect(items.length).toBe(100_000)
      // the page that had too many was the last one asked for
      expect(given).toBe(110_000)
    }))

  it.effect.each(["listTools", "listPrompts", "listResources", "listResourceTemplates"] as const)(
    "%s fails with Incomplete where a limit of the client cuts it off (PAGE-1, PAGE-8)",
    (list) =>
      Effect.gen(function*() {
        const server = yield* ScriptedServer.make(ScriptedServer.session(({ params }) => ({
          result: { tools: [], prompts: [], resources: [], resourceTemplates: [], nextCursor: `${params?.["cursor"]}+` }
        }), { tools: {}, prompts: {}, resources: {} }))
        const client = yield* Client.make({
          name: "test",
          version: "1.0.0",
          transport: server.transport,
          versions: ["2025-11-25"],
          lists: { maxPages: 4 }
        })
        const exit = yield* Effect.exit(Stream.runDrain(client[list] as Stream.Stream<unknown, unknown>))
        expect(Option.getOrThrow(Exit.findErrorOption(exit))).toMatchObject({
          reason: { _tag: "Incomplete", limit: "pages" }
        })
        expect(server.received.filter(({ params }) => params?.["cursor"] !== undefined).length).toBe(3)
      })
  )

  it.effect.each(versions)(
    "of a server with many pages are whole, in %s (PAGE-1, PAGE-2, PAGE-5)",
    (version) =>
      Effect.gen(function*() {
        const [near, far] = yield* MemoryTransport.make()
        yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "pages" }), Transport, far))
        const client = yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version] })
        const { incomplete, items } = yield* client.tools
        expect(incomplete).toBe(undefined)
        expect(items.map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e"])
      }).pipe(Conversation.withServer(
        Layer.mergeAll(tool("a"), tool("b"), tool("c"), tool("d"), tool("e")),
        { pageSize: 2 }
      ))
  )
})
