import { describe, expect, it } from "@effect/vitest"
import { messages } from "../../scripts/conformance/Offer.ts"

describe("Offer", () => {
  it("reads a reply in JSON", () => {
    expect(messages("application/json; charset=utf-8", `{"id":1}`)).toEqual([{ id: 1 }])
    expect(messages("application/json", "")).toEqual([])
  })

  it("reads the messages of a stream of events, without those that carry no data", () => {
    const body =
      `id: 0\ndata:\n\nretry: 500\n\n: heartbeat\n\nevent: message\nid: 1\ndata: {"method":\ndata: "ping"}\n\ndata: {"id":2}\r\n\r\n`
    expect(messages("text/event-stream", body)).toEqual([{ method: "ping" }, { id: 2 }])
  })
})
