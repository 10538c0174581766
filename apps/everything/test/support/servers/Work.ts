/**
 * What each of the servers written with other libraries does, apart from how its library says it.
 *
 * It knows no protocol. The state is the process', since some libraries make a server for each request.
 */
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"

/** How the server is reached. */
export const transport = process.argv[2] ?? "stdio"

export const info = { name: "interop", version: "1.2.3" }
export const instructions = "Only for tests"

/** The smallest PNG, in base64. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

/** What begins with this, of the ways to greet. */
export const styles = (beginning: string): Array<string> =>
  ["plain", "pompous", "polite"].filter((style) => style.startsWith(beginning))

/** What begins with this, of the items. */
export const items = (beginning: string): Array<string> =>
  ["apple", "apricot", "pear"].filter((id) => id.startsWith(beginning))

export const greeting = (name: string, style = "plain"): string => `A ${style} hello to ${name}`

/** What the tool that samples asks for. */
export const question = (prompt: string) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text: prompt } }],
  maxTokens: 50
})

/** What the tool that elicits asks for. */
export const form = {
  message: "How shall it be done?",
  requestedSchema: {
    type: "object" as const,
    properties: {
      colour: { type: "string" as const, enum: ["red", "green"] },
      times: { type: "integer" as const, minimum: 1, default: 3 }
    },
    required: ["colour"]
  }
}

/** What is said of an answer to the form. */
export const answered = (action: string, content: unknown): string => `${action} ${JSON.stringify(content ?? null)}`

export const text = (text: string) => ({ content: [{ type: "text" as const, text }] })

/** Lets what has been sent go out on its own. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Wait {
  readonly begun: PromiseWithResolvers<void>
  readonly cancelled: PromiseWithResolvers<void>
}

const waits = new Map<string, Wait>()

/** A call that ends only by being cancelled; each client has calls of its own names. */
export const wait = (name: string): Wait => {
  const known = waits.get(name)
  if (known !== undefined) return known
  const made = { begun: Promise.withResolvers<void>(), cancelled: Promise.withResolvers<void>() }
  waits.set(name, made)
  return made
}

/** Waits for the end of a call of this name. */
export const untilCancelled = (name: string, signal: AbortSignal): Promise<string> => {
  const { begun, cancelled } = wait(name)
  return new Promise((resolve) => {
    const end = () => {
      cancelled.resolve()
      resolve("cancelled")
    }
    if (signal.aborted) end()
    else signal.addEventListener("abort", end)
    begun.resolve()
  })
}

/** Listens on a free port of the loopback interface, and prints the URL of the path on standard error. */
export const listen = (path: string, handler: RequestListener): void => {
  const server = createServer(handler)
  server.listen(0, "127.0.0.1", () => {
    // it listens on a port, so the address is no name of a pipe
    const { port } = server.address() as AddressInfo
    process.stderr.write(`http://127.0.0.1:${port}${path}\n`)
  })
}
