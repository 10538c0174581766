/**
 * Scenarios of tools: what they give, how they fail, and what goes on meanwhile.
 */
import { expect } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Scenarios } from "../Scenario.ts"

/** The scenarios. */
export const calls: Scenarios = {
  "lists tools with the schemas of their arguments": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      const { incomplete, items } = yield* client.tools
      expect(incomplete).toBeUndefined()
      const echo = items.find(({ name }) => name === "echo")
      expect(echo?.inputSchema).toMatchObject({
        type: "object",
        properties: { text: { type: "string" } },
        required: ["text"]
      })
    })
  },
  "calls a tool, with text of every script (TOOL-13)": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      const text = "Grüße, 世界 🎉\u2028 \"quoted\" \\ \n end"
      expect(yield* client.callTool("echo", { text })).toMatchObject({ content: [{ type: "text", text }] })
    })
  },
  "calls a tool with a megabyte, and gets it back": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      const text = "0123456789abcdef".repeat(65_536)
      const { content } = yield* client.callTool("echo", { text })
      expect(content).toEqual([expect.objectContaining({ type: "text", text })])
    })
  },
  "calls a tool 20 times at once, and each call has its own answer": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      const texts = Array.from({ length: 20 }, (_, index) => `call ${index}`)
      const results = yield* Effect.forEach(texts, (text) => client.callTool("echo", { text }), {
        concurrency: "unbounded"
      })
      expect(results.map(({ content }) => content)).toEqual(
        texts.map((text) => [expect.objectContaining({ type: "text", text })])
      )
    })
  },
  "has the structured result of a tool, checked against its schema (TOOL-18)": {
    needs: "add",
    since: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.tools
      expect(items.find(({ name }) => name === "add")?.outputSchema).toMatchObject({
        type: "object",
        properties: { sum: { type: "number" } }
      })
      expect(yield* client.callTool("add", { a: 2, b: 3.5 })).toMatchObject({ structuredContent: { sum: 5.5 } })
    })
  },
  "has the result as text in a revision without structured results": {
    needs: "add",
    before: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("add", { a: 2, b: 3.5 })
      expect(content).toMatchObject([{ type: "text", text: JSON.stringify({ sum: 5.5 }) }])
    })
  },
  "has the error of a tool as its result": {
    needs: "fail",
    run: Effect.fnUntraced(function*({ client }) {
      expect(yield* client.callTool("fail")).toMatchObject({
        isError: true,
        content: [{ type: "text", text: "It went wrong" }]
      })
    })
  },
  "learns that arguments do not fit, and goes on": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      // libraries differ in whose error that is: the tool's or the protocol's
      const wrong = yield* Effect.exit(client.callTool("echo", { text: { not: "a text" } }))
      if (Exit.isSuccess(wrong)) expect(wrong.value.isError).toBe(true)
      else {expect(Exit.findErrorOption(wrong)).toMatchObject({
          value: { reason: { _tag: "ErrorAnswer", code: -32602 } }
        })}
      expect(yield* client.callTool("echo", { text: "still here" })).toMatchObject({
        content: [{ text: "still here" }]
      })
    })
  },
  "learns that there is no such tool": {
    needs: "echo",
    run: Effect.fnUntraced(function*({ client }) {
      const missing = yield* Effect.exit(client.callTool("no-such-tool"))
      if (Exit.isSuccess(missing)) expect(missing.value.isError).toBe(true)
      else {
        expect(Exit.findErrorOption(missing)).toMatchObject({
          value: { reason: { _tag: "ErrorAnswer", code: -32602 } }
        })
      }
    })
  },
  "sees the progress of a call, each step once and in order (PROG-1, PROG-4)": {
    needs: "slow",
    run: Effect.fnUntraced(function*({ client }) {
      const steps: Array<unknown> = []
      const { content } = yield* client.callTool("slow", { steps: 4 }, {
        onProgress: ({ progress, total }) => Effect.sync(() => steps.push([progress, total]))
      })
      expect(content).toMatchObject([{ text: "4 steps" }])
      expect(steps).toEqual([[1, 4], [2, 4], [3, 4], [4, 4]])
    })
  },
  "cancels a call by being interrupted, and the server sees it (CANC-1)": {
    needs: "wait",
    run: Effect.fnUntraced(function*({ client, name }) {
      const ended = yield* Deferred.make<void>()
      const call = yield* Effect.forkChild(
        Effect.ensuring(client.callTool("wait", { name }), Deferred.succeed(ended, undefined))
      )
      yield* client.callTool("begun", { name })
      expect(yield* Deferred.isDone(ended)).toBe(false)
      yield* Fiber.interrupt(call)
      expect(yield* client.callTool("cancelled", { name })).toMatchObject({ content: [{ text: "cancelled" }] })
    })
  },
  "gets the answer although the server closed its stream (HTTP-24, HTTP-42)": {
    needs: "drop",
    since: "2025-11-25",
    before: "2026-07-28",
    run: Effect.fnUntraced(function*({ client }) {
      expect(yield* client.callTool("drop")).toMatchObject({ content: [{ text: "gone on with" }] })
    })
  }
}
