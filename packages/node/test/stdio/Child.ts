/**
 * A `Child` is the test server as a process, with its lines and its end.
 *
 * It knows nothing of the protocol but that messages are lines.
 *
 * @since 0.1.0
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { join } from "node:path"

export interface Message {
  readonly jsonrpc: "2.0"
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: unknown
  readonly result?: { readonly [key: string]: unknown }
  readonly error?: { readonly code: number; readonly message: string }
}

const script = join(import.meta.dirname, "Server.ts")

const children = new Set<ChildProcessWithoutNullStreams>()

/** Ends what a failed test has left running. */
export const killAll = (): void => {
  for (const child of children) child.kill("SIGKILL")
}

export class Child {
  readonly process: ChildProcessWithoutNullStreams
  /** All of standard output, as it came. */
  stdout = ""
  stderr = ""
  /** The code it exited with, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  readonly messages: Array<Message> = []
  #waiting: Array<() => void> = []

  constructor(...args: ReadonlyArray<string>) {
    const child = spawn(process.execPath, ["--conditions=@mcp-effect/source", script, ...args])
    children.add(child)
    this.process = child
    let rest = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.stdout += chunk
      const lines = (rest + chunk).split("\n")
      rest = lines.pop()!
      // a line that is no JSON is the failure that the tests look for
      for (const line of lines) this.messages.push(JSON.parse(line) as Message)
      this.#wake()
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.stderr += chunk
      this.#wake()
    })
    this.ended = new Promise((resolve) =>
      child.once("close", (code, signal) => {
        children.delete(child)
        resolve(code ?? signal)
        this.#wake()
      })
    )
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Waits until something is the case, looking whenever the process has said something. */
  async until<A>(look: () => A | undefined): Promise<A> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (this.process.exitCode !== null) throw new Error(`It has ended with ${this.process.exitCode}: ${this.stderr}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  write(text: string | Uint8Array): void {
    this.process.stdin.write(text)
  }

  say(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  }

  call(id: string | number, name: string, args: object = {}, meta?: object): void {
    this.say({
      id,
      method: "tools/call",
      params: { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }
    })
  }

  answer(id: string | number | null): Promise<Message> {
    return this.until(() => this.messages.find((message) => message.id === id && message.method === undefined))
  }

  stderrHas(text: string): Promise<true> {
    return this.until(() => this.stderr.includes(text) ? true : undefined)
  }

  async handshake(version = "2025-11-25"): Promise<Message> {
    this.say({
      id: "initialize",
      method: "initialize",
      params: { protocolVersion: version, capabilities: {}, clientInfo: { name: "test", version: "1" } }
    })
    const answer = await this.answer("initialize")
    this.say({ method: "notifications/initialized" })
    return answer
  }
}
