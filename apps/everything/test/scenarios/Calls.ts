import { expect } from "@effect/vitest"
import type { Progress } from "../support/Driver.ts"
import type { Scenarios } from "../support/Scenario.ts"

const cancelled = "test://cancelled-calls"

const countOf = (result: unknown): number =>
  Number((result as { readonly contents: ReadonlyArray<{ readonly text: string }> }).contents[0]?.text)

/** What happens while a call is in progress: progress, cancellation, logs. */
export const calls: Scenarios = {
  "progress arrives step by step, before the result (PROG-4)": async ({ client }) => {
    const steps: Array<Progress> = []
    await client.call("test_tool_with_progress", {}, { onProgress: (step) => steps.push(step) })
    expect(steps).toEqual([
      { progress: 0, total: 100, message: "Started" },
      { progress: 50, total: 100, message: "Half way" },
      { progress: 100, total: 100, message: "Done" }
    ])
  },

  "nobody who did not ask hears of progress": async ({ client, notifications }) => {
    await client.call("test_tool_with_progress", {})
    expect(notifications.of("notifications/progress")).toEqual([])
  },

  "a cancelled call ends on the server too (CANC-6)": async ({ client, notifications }) => {
    const before = countOf(await client.read(cancelled))
    await client.subscribe(cancelled)
    const abort = new AbortController()
    const call = client.call("wait", { seconds: 3600 }, {
      signal: abort.signal,
      onProgress: () => abort.abort("no longer needed")
    })
    await expect(call).rejects.toThrow("no longer needed")
    await notifications.until(({ method, params }) =>
      method === "notifications/resources/updated" && (params as { readonly uri: string }).uri === cancelled
    )
    expect(countOf(await client.read(cancelled))).toBe(before + 1)
    await client.unsubscribe(cancelled)
  },

  "calls run side by side: a quick one overtakes a slow one": async ({ client }) => {
    const order: Array<string> = []
    const slow = client.call("test_tool_with_progress", {}).then(() => order.push("slow"))
    const quick = client.call("test_simple_text").then(() => order.push("quick"))
    await Promise.all([slow, quick])
    expect(order).toEqual(["quick", "slow"])
  },

  "logs of a handler arrive in order": async ({ client, notifications }) => {
    await client.setLevel("info")
    await client.call("test_tool_with_logging", {})
    expect(await notifications.take("notifications/message", 3)).toEqual([
      { level: "info", data: "Tool execution started" },
      { level: "info", data: "Tool processing data" },
      { level: "info", data: "Tool execution completed" }
    ])
  },

  "a single message of a handler arrives": async ({ client, notifications }) => {
    await client.setLevel("info")
    expect(await client.call("test_logging_tool")).toEqual({ content: [{ type: "text", text: "Logged" }] })
    expect(await notifications.take("notifications/message")).toEqual([
      { level: "info", data: "A message at level info" }
    ])
  },

  "the client's level decides which logs it gets (LOG-2, LOG-3, LOG-4)": async ({ client, notifications }) => {
    const levels = async () => {
      notifications.clear()
      await client.call("log_every_level", {})
      await notifications.until(({ params }) =>
        (params as { readonly level?: string } | undefined)?.level === "emergency"
      )
      return notifications.of("notifications/message").map((params) => (params as { readonly level: string }).level)
    }
    expect(await client.setLevel("warning")).toEqual({})
    expect(await levels()).toEqual(["warning", "error", "critical", "alert", "emergency"])
    await client.setLevel("debug")
    expect(await levels()).toEqual(["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"])
    await client.setLevel("emergency")
    expect(await levels()).toEqual(["emergency"])
    expect(notifications.of("notifications/message")).toEqual([
      { level: "emergency", logger: "everything", data: { message: "A message at level emergency" } }
    ])
    await client.setLevel("info")
  }
}
