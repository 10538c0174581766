import { describe, expect, it } from "@effect/vitest"
import { clientRequest, serverNotification, serverRequest } from "../../src/revision/Revision.ts"
import { revision } from "../../src/revision/Revision20241105.ts"

const audio = { type: "audio" as const, data: "UklGRg==", mimeType: "audio/wav" }

describe("2024-11-05", () => {
  it("shows audio as an embedded resource, so that nothing is lost (CONT-5)", () => {
    expect(clientRequest(revision, "tools/call")?.result.encode({ content: [audio] })).toEqual({
      content: [{ type: "resource", resource: { uri: "embedded:audio", mimeType: "audio/wav", blob: "UklGRg==" } }]
    })
    expect(clientRequest(revision, "prompts/get")?.result.encode({ messages: [{ role: "user", content: audio }] }))
      .toEqual({
        messages: [{
          role: "user",
          content: { type: "resource", resource: { uri: "embedded:audio", mimeType: "audio/wav", blob: "UklGRg==" } }
        }]
      })
  })

  it("has neither audio nor resources in sampling, so that audio becomes text (SAMP-4)", () => {
    const sample = serverRequest(revision, "sampling/createMessage")
    expect(sample?.params.encode({ maxTokens: 1, messages: [{ role: "user", content: audio }] })).toEqual({
      maxTokens: 1,
      messages: [{ role: "user", content: { type: "text", text: "[audio/wav]" } }]
    })
    expect(sample?.result.encode({ role: "assistant", model: "m", content: audio })).toMatchObject({
      content: { type: "text", text: "[audio/wav]" }
    })
  })

  it("has no annotations of tools (TOOL-6), no messages of progress (PROG-4), no capability for completions (CAP-3)", () => {
    const tool = { name: "a", inputSchema: { type: "object" as const } }
    expect(clientRequest(revision, "tools/list")?.result.encode({ tools: [{ ...tool, annotations: {} }] })).toEqual({
      tools: [tool]
    })
    expect(
      serverNotification(revision, "notifications/progress")?.params.encode({
        progressToken: 1,
        progress: 1,
        message: "m"
      })
    )
      .toEqual({ progressToken: 1, progress: 1 })
    expect(
      clientRequest(revision, "initialize")?.result.encode({
        protocolVersion: revision.version,
        capabilities: { completions: {}, tools: {} },
        serverInfo: { name: "s", version: "1" }
      })
    ).toMatchObject({ capabilities: { tools: {} } })
    expect(clientRequest(revision, "completion/complete")?.gate).toBeUndefined()
  })
})
