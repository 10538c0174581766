import { describe, expect, it } from "@effect/vitest"
import * as Gate from "../../src/revision/Gate.ts"
import { clientRequest, serverNotification, serverRequest } from "../../src/revision/Revision.ts"
import * as Revisions from "../../src/revision/Revisions.ts"

describe("Gate", () => {
  it("is open when the capability is an object or true (CAP-4, CAP-9)", () => {
    const open = (server: object) => Gate.isOpen(Gate.server("resources", "subscribe"), { client: {}, server })
    expect(open({ resources: { subscribe: true } })).toBe(true)
    expect(open({ resources: { subscribe: false } })).toBe(false)
    expect(open({ resources: {} })).toBe(false)
    expect(open({})).toBe(false)
    expect(Gate.isOpen(Gate.server("tools"), { client: {}, server: { tools: {} } })).toBe(true)
    expect(Gate.isOpen(Gate.client("tools"), { client: {}, server: { tools: {} } })).toBe(false)
    expect(Gate.isOpen(undefined, { client: {}, server: {} })).toBe(true)
  })

  it("takes nothing from an object's prototype for a capability", () => {
    expect(Gate.isOpen(Gate.server("constructor"), { client: {}, server: {} })).toBe(false)
    expect(Gate.isOpen(Gate.client("__proto__"), { client: {}, server: {} })).toBe(false)
  })

  it("guards each method with its capability (BASE-17, CAP-1, CAP-2, CAP-5 to CAP-7)", () => {
    const revision = Revisions.latestOfSessionEra
    const path = (gate: Gate.Gate | undefined) => gate === undefined ? "" : `${gate.of}:${gate.path.join(".")}`
    expect(path(clientRequest(revision, "initialize")?.gate)).toBe("")
    expect(path(clientRequest(revision, "ping")?.gate)).toBe("")
    expect(path(clientRequest(revision, "tools/call")?.gate)).toBe("server:tools")
    expect(path(clientRequest(revision, "resources/read")?.gate)).toBe("server:resources")
    expect(path(clientRequest(revision, "resources/subscribe")?.gate)).toBe("server:resources.subscribe")
    expect(path(clientRequest(revision, "prompts/get")?.gate)).toBe("server:prompts")
    expect(path(clientRequest(revision, "completion/complete")?.gate)).toBe("server:completions")
    expect(path(clientRequest(revision, "logging/setLevel")?.gate)).toBe("server:logging")
    expect(path(clientRequest(revision, "tasks/list")?.gate)).toBe("server:tasks.list")
    expect(path(serverRequest(revision, "tasks/cancel")?.gate)).toBe("client:tasks.cancel")
    expect(path(serverRequest(revision, "roots/list")?.gate)).toBe("client:roots")
    expect(path(serverRequest(revision, "sampling/createMessage")?.gate)).toBe("client:sampling")
    expect(path(serverRequest(revision, "elicitation/create")?.gate)).toBe("client:elicitation")
    expect(path(serverNotification(revision, "notifications/message")?.gate)).toBe("server:logging")
    expect(path(serverNotification(revision, "notifications/tools/list_changed")?.gate)).toBe(
      "server:tools.listChanged"
    )
  })
})
