import { expect } from "@effect/vitest"
import type { Scenarios } from "../support/Scenario.ts"

/** The session itself: what the server says of itself, ping, pages, changing lists. */
export const session: Scenarios = {
  "the server introduces itself and advertises what it has (CAP-1, CAP-2, CAP-3)": async ({ client }) => {
    expect(client.server()).toMatchObject({ name: "everything", title: "Everything", version: "0.1.0" })
    expect(client.instructions()).toContain("Every feature")
    expect(client.capabilities()).toEqual({
      logging: {},
      completions: {},
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      tools: { listChanged: true }
    })
  },

  "the server is alive (PING-2)": async ({ client }) => {
    expect(await client.isAlive()).toBe(true)
  },

  "pages of a list add up to the list, once each (PAGE-1)": async ({ client }) => {
    const names: Array<unknown> = []
    const sizes: Array<number> = []
    let cursor: string | undefined
    do {
      const page = await client.page("tools/list", cursor)
      const tools = page["tools"] as ReadonlyArray<{ readonly name: string }>
      sizes.push(tools.length)
      names.push(...tools.map(({ name }) => name))
      cursor = page["nextCursor"] as string | undefined
    } while (cursor !== undefined)
    expect(sizes.slice(0, -1).every((size) => size === 5)).toBe(true)
    expect(sizes.length).toBeGreaterThan(3)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual((await client.tools()).map(({ name }) => name))
    expect(names).toEqual(expect.arrayContaining(["test_simple_text", "weather", "toggle_extra_features"]))
  },

  "a cursor that the server never gave is an error, and the session lives on (PAGE-7)": async ({ client }) => {
    await expect(client.page("tools/list", "bm90IGEgY3Vyc29y")).rejects.toMatchObject({ code: -32602 })
    expect(await client.isAlive()).toBe(true)
  },

  "lists that change are announced, each by its own notification (TOOL-2, RES-6, PROM-2)": async (
    { client, notifications }
  ) => {
    const names = async () => (await client.tools()).map(({ name }) => name)
    const lists = ["tools", "resources", "prompts"].map((list) => `notifications/${list}/list_changed`)
    expect(await names()).not.toContain("extra_tool")
    await client.call("toggle_extra_features", { enabled: true })
    for (const list of lists) await notifications.take(list)
    expect(await names()).toContain("extra_tool")
    expect(await client.call("extra_tool")).toMatchObject({ content: [{ text: "I was not always here" }] })
    expect(await client.read("test://extra")).toMatchObject({ contents: [{ text: "I was not always here" }] })
    notifications.clear()
    await client.call("toggle_extra_features", { enabled: false })
    for (const list of lists) await notifications.take(list)
    expect(await names()).not.toContain("extra_tool")
    await expect(client.call("extra_tool")).rejects.toMatchObject({ code: -32602 })
    for (const list of lists) expect(notifications.of(list)).toHaveLength(1)
  },

  "a list that does not change is not announced (TOOL-2, PROM-2)": async ({ client, notifications }) => {
    for (const [list, trigger] of [["tools", "test_trigger_tool_change"], ["prompts", "test_trigger_prompt_change"]]) {
      for (const change of ["here", "gone"]) {
        notifications.clear()
        expect(await client.call(`${trigger}`)).toMatchObject({ content: [{ text: expect.stringContaining(change) }] })
        await notifications.take(`notifications/${list}/list_changed`)
        // what the server sends, it sends in order
        expect(await client.isAlive()).toBe(true)
        expect(notifications.of(`notifications/${list === "tools" ? "prompts" : "tools"}/list_changed`)).toEqual([])
      }
    }
  }
}
