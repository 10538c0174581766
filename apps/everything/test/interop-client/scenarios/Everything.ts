/**
 * Scenarios of the reference server, which has tools of its own.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Scenarios } from "../Scenario.ts"

/** The scenarios. */
export const everything: Scenarios = {
  "agrees on the revision, and knows the server": {
    needs: "tools",
    run: ({ client, version }) =>
      Effect.sync(() => {
        expect(client.server).toMatchObject({
          protocolVersion: version,
          era: "session",
          info: { name: "mcp-servers/everything" }
        })
      })
  },
  "lists its tools and calls one": {
    needs: "tools",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.tools
      expect(items.map(({ name }) => name)).toContain("get-tiny-image")
      expect(yield* client.callTool("echo", { message: "hello" })).toMatchObject({ content: [{ text: "Echo: hello" }] })
    })
  },
  "has an image, and annotations of what is said": {
    needs: "tools",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("get-tiny-image")
      expect(content).toContainEqual(expect.objectContaining({ type: "image", mimeType: "image/png" }))
      expect(yield* client.callTool("get-annotated-message", { messageType: "error" })).toMatchObject({
        content: [{ type: "text", annotations: { priority: 1, audience: ["user", "assistant"] } }]
      })
    })
  },
  "has a structured result (TOOL-18)": {
    needs: "tools",
    since: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      expect(yield* client.callTool("get-structured-content", { location: "Chicago" })).toMatchObject({
        structuredContent: { temperature: 36, conditions: "Light rain / drizzle", humidity: 82 }
      })
    })
  },
  "has links to resources, and resources within results": {
    needs: "tools",
    since: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("get-resource-links", { count: 2 })
      expect(content.filter(({ type }) => type === "resource_link")).toHaveLength(2)
      const reference = yield* client.callTool("get-resource-reference", { resourceType: "Text", resourceId: 1 })
      expect(reference.content).toContainEqual(expect.objectContaining({ type: "resource" }))
    })
  },
  "sees the progress of a call": {
    needs: "tools",
    run: Effect.fnUntraced(function*({ client }) {
      const steps: Array<number> = []
      yield* client.callTool("trigger-long-running-operation", { duration: 0.05, steps: 5 }, {
        onProgress: ({ progress }) => Effect.sync(() => steps.push(progress))
      })
      expect(steps).toEqual([1, 2, 3, 4, 5])
    })
  },
  "continues a conversation for it": {
    needs: "tools",
    run: Effect.fnUntraced(function*({ client }) {
      const { content: [said] } = yield* client.callTool("trigger-sampling-request", { prompt: "Hi", maxTokens: 10 })
      expect(said).toMatchObject({
        text: expect.stringContaining("You said: Resource trigger-sampling-request context: Hi")
      })
    })
  },
  "answers its form, with what it proposes in each kind of field (ELIC-13)": {
    needs: "tools",
    since: "2025-11-25",
    run: Effect.fnUntraced(function*({ client }) {
      const { content } = yield* client.callTool("trigger-elicitation-request")
      const raw = content.flatMap((block) => block.type === "text" ? [block.text] : []).join("\n")
      expect(raw).toContain(`"action": "accept"`)
      expect(raw).toContain(`"integer": 42`)
      expect(raw).toContain(`"titledSingleSelectEnum": "hero-1"`)
      expect(raw).toContain(`"titledMultipleSelectEnum": [\n      "fish-1"\n    ]`)
    })
  },
  "tells it its roots": {
    needs: "tools",
    run: Effect.fnUntraced(function*({ client }) {
      const { content: [said] } = yield* client.callTool("get-roots-list")
      expect(said).toMatchObject({ text: expect.stringContaining("file:///there") })
    })
  },
  "reads its resources and fills in its prompts": {
    needs: "resources",
    run: Effect.fnUntraced(function*({ client }) {
      const { items } = yield* client.resources
      expect(items.length).toBeGreaterThan(0)
      expect(yield* client.readResource("demo://resource/dynamic/text/7")).toMatchObject({
        contents: [{ uri: "demo://resource/dynamic/text/7" }]
      })
      const prompts = yield* client.prompts
      expect(prompts.items.map(({ name }) => name)).toContain("completable-prompt")
      const { messages } = yield* client.getPrompt("completable-prompt", { department: "Sales", name: "Eve" })
      expect(messages).toMatchObject([{ content: { text: "Please promote Eve to the head of the Sales team." } }])
    })
  },
  "has arguments completed, one by what another is (COMP-2)": {
    needs: "resources",
    since: "2025-06-18",
    run: Effect.fnUntraced(function*({ client }) {
      const { values } = yield* client.complete({
        ref: { type: "ref/prompt", name: "completable-prompt" },
        argument: { name: "name", value: "D" },
        context: { arguments: { department: "Sales" } }
      })
      expect(values).toEqual(["David"])
    })
  },
  "is told of changes to a resource": {
    needs: "resources.subscribe",
    run: Effect.fnUntraced(function*({ client }) {
      const uri = "demo://resource/dynamic/text/1"
      const updates = yield* Effect.scoped(Effect.gen(function*() {
        const updates = yield* client.subscribe(uri)
        yield* client.callTool("toggle-subscriber-updates")
        const update = yield* Stream.runHead(updates)
        yield* client.callTool("toggle-subscriber-updates")
        return update
      }))
      expect(updates).toMatchObject({ value: { uri } })
    })
  }
}
