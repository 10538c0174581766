/**
 * A `Transcript` is a conversation with the server of this folder, as a file: `>` is what the client says, `<` what the server says, `#` is
 * for the reader.
 *
 * It is not bound to a transport: whatever carries messages can replay it. X
 *
 * @since 0.1.0
 */
import { expect } from "vitest"

export interface Line {
  readonly from: "client" | "server"
  readonly message: unknown
}

/** Reads a file. */
export const parse = (text: string): ReadonlyArray<Line> =>
  text.split("\n").flatMap((line): ReadonlyArray<Line> =>
    line === "" || line.startsWith("#")
      ? []
      : [{ from: line.startsWith(">") ? "client" : "server", message: JSON.parse(line.slice(2)) }]
  )

/** What carries messages to a server, and what came back so far. */
export interface Wire {
  readonly say: (message: unknown) => Promise<void>
  readonly heard: ReadonlyArray<unknown>
  /** Comes back when something may have been heard. */
  readonly more: () => Promise<void>
  /** Whether messages arrive in the order in which they were sent. Over several streams only those of one do. */
  readonly ordered: boolean
}

const given: ReadonlySet<string> = new Set(["nextCursor", "requestState"])
const broughtBack: ReadonlySet<string> = new Set(["cursor", "requestState"])

/** What the server gave out, by the names that transcripts have for it. */
export class Names {
  readonly #values: Array<string> = []

  /** A message of the server with names in the place of values. */
  hide(message: unknown): unknown {
    return JSON.parse(JSON.stringify(message), (key, value: unknown) => {
      if (!given.has(key) || typeof value !== "string") return value
      if (!this.#values.includes(value)) this.#values.push(value)
      return `$${this.#values.indexOf(value) + 1}`
    })
  }

  /** A message of the client with values in the place of names; what was not given out stays as it is. */
  show(message: unknown): unknown {
    return JSON.parse(
      JSON.stringify(message),
      (key, value: unknown) =>
        broughtBack.has(key) && typeof value === "string" && value.startsWith("$")
          ? this.#values[Number(value.slice(1)) - 1]
          : value
    )
  }
}

/** Says what the client says, and holds the server to what it said. In the end it has said nothing else. */
export const replay = async (lines: ReadonlyArray<Line>, wire: Wire): Promise<void> => {
  const names = new Names()
  let heard = 0
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!
    if (line.from === "client") {
      await wire.say(names.show(line.message))
      i++
      continue
    }
    const next = lines.findIndex(({ from }, at) => at > i && from === "client")
    const expected = lines.slice(i, next === -1 ? undefined : next).map(({ message }) => message)
    while (wire.heard.length < heard + expected.length) await wire.more()
    const actual = wire.heard.slice(heard, heard + expected.length).map((message) => names.hide(message))
    if (wire.ordered) expect(actual).toEqual(expected)
    else expect(sorted(actual)).toEqual(sorted(expected))
    heard += expected.length
    i += expected.length
  }
  for (let i = 0; i < 3; i++) await wire.more()
  expect(wire.heard.slice(heard)).toEqual([])
}

const sorted = (messages: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  messages.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
