import { describe, expect, it } from "@effect/vitest"
import * as EventParser from "../../src/client/EventParser.ts"

const collect = (pieces: Iterable<string>, maxLength = 1000) => {
  const seen: Array<unknown> = []
  const parser = new EventParser.EventParser({
    maxLength,
    onEvent: ({ data, id, type }) => seen.push(id === undefined ? [type, data] : [type, data, id]),
    onRetry: (delay) => seen.push(delay),
    onTooLong: () => seen.push("too long")
  })
  for (const piece of pieces) parser.push(piece)
  return seen
}

const sample = [
  ": a comment",
  "id: 1",
  "data: one",
  "",
  "event: news",
  "data:two",
  "data",
  "data:  three",
  "",
  "retry: 250",
  "retry: soon",
  "unknown: field",
  "",
  "id: nul\0inside",
  "data: kept ä😀",
  "",
  "id: 2",
  "",
  "event: nothing",
  "",
  "id",
  "data: ",
  "",
  "data: cut off",
  "id: 9"
]

const expected = [
  ["message", "one", "1"],
  ["news", "two\n\n three"],
  250,
  ["message", "kept ä😀"],
  ["message", "", "2"],
  ["message", "", ""]
]

describe("the parser of event streams", () => {
  it.each([["LF", "\n"], ["CR", "\r"], ["CRLF", "\r\n"]])(
    "reads fields, comments and ids with lines that end in %s, however the text is cut (HTTP26-14)",
    (_, end) => {
      const text = sample.join(end)
      expect(collect([text])).toEqual(expected)
      expect(collect(text)).toEqual(expected)
      for (let cut = 0; cut <= text.length; cut++) {
        expect(collect([text.slice(0, cut), "", text.slice(cut)]), `cut at ${cut}`).toEqual(expected)
      }
    }
  )

  it("reads lines that end in different ways", () => {
    expect(collect(["data: a\r\r\ndata: b\n\r\ndata: c\r\n\n"])).toEqual([
      ["message", "a"],
      ["message", "b"],
      ["message", "c"]
    ])
    expect(collect(["data: a\r", "\r", "\ndata: b\n\n"])).toEqual([["message", "a"], ["message", "b"]])
  })

  it("an event that is cut off by the end of the stream is never seen, nor is its id", () => {
    expect(collect(["id: 1\ndata: a\n\nid: 2\ndata: b\n"])).toEqual([["message", "a", "1"]])
  })

  it("an event that is too long is skipped with its lines, its id counts if it came before, and the next one is read", () => {
    const long = "x".repeat(60)
    const after = ["message", "after"]
    expect(collect([`id: 7\ndata: ${long}\ndata: more\n\ndata: after\n\n`], 50)).toEqual([
      "too long",
      ["message", "", "7"],
      after
    ])
    expect(collect([...`data: ${long}\nid: 8\n\ndata: after\n\n`], 50)).toEqual(["too long", after])
    expect(collect([...`data: ${long.slice(0, 30)}\ndata: ${long.slice(0, 30)}\r\n\r\ndata: after\n\n`], 50)).toEqual([
      "too long",
      after
    ])
    expect(collect([`${long}`, `${long}`, `\n\ndata: after\n\n`], 50)).toEqual(["too long", after])
  })

  it("events that are not too long by themselves have no limit together", () => {
    expect(collect([`data: ${"x".repeat(40)}\n\n`.repeat(100)], 50)).toHaveLength(100)
    expect(collect([`: ${"x".repeat(400)}\ndata: a\n\n`], 50)).toEqual([["message", "a"]])
  })
})
