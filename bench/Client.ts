/**
 * A `Client` drives one server: what the measurements need of it, over any transport.
 *
 * It is not an MCP client; it trusts what it is told and costs the machine as little as it can.
 */
import type { Process } from "./Process.ts"

export type Era = "session" | "stateless"

export interface Client {
  readonly process: Process
  readonly era: Era
  readonly notify: (method: string) => Promise<void>
  /** One request and its answer. */
  readonly request: (method: string, params: object) => Promise<Answer>
  /** The same request again and again, `depth` of them at a time. */
  readonly repeat: (count: number, depth: number, method: string, params: object) => Promise<unknown>
}

export interface Answer {
  readonly result?: {
    readonly protocolVersion?: string
    readonly tools?: ReadonlyArray<unknown>
    readonly content?: ReadonlyArray<{ readonly text: string }>
    readonly inputRequests?: object
    readonly requestState?: string
  }
  readonly error?: unknown
}

/** The handshake of the session era; the other one has none. */
export const initialize = async (client: Client): Promise<void> => {
  if (client.era === "stateless") return
  await client.request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1.0.0" }
  })
  await client.notify("notifications/initialized")
}

export const echo = { name: "echo", arguments: { text: "The quick brown fox jumps over the lazy dog" } }

/** A call that asks its user for the text: two rounds in the stateless era. */
export const ask = { name: "ask", arguments: {} }

export const megabyte = { name: "megabyte", arguments: {} }

/** Sees to it that the server does the work before the work is measured. */
export const check = async (client: Client): Promise<void> => {
  const answer = await client.request("tools/call", echo)
  if (answer.result?.content?.[0]?.text !== echo.arguments.text) {
    throw new Error(`it does not echo: ${JSON.stringify(answer).slice(0, 200)}`)
  }
}
