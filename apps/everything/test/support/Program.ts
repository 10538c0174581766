/**
 * The program as a child process, on the Node that runs the tests.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** The command that runs the program. */
export const command = (args: ReadonlyArray<string>) => ({
  command: process.execPath,
  args: ["--conditions=@mcp-effect/source", fileURLToPath(new URL("../../src/main.ts", import.meta.url)), ...args]
})

/** A run of the program, and what it printed so far. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams
  stdout = ""
  stderr = ""
  readonly #closed: Promise<ReadonlyArray<unknown>>

  constructor(args: ReadonlyArray<string>) {
    const run = command(args)
    this.child = spawn(run.command, run.args)
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text
    })
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text
    })
    this.#closed = once(this.child, "close")
  }

  send(message: object): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  }

  /** Waits until what it printed has this. */
  async printed(where: "stdout" | "stderr", pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this[where])
      if (found !== null) return found[0]
      if (this.child.exitCode !== null) throw new Error(`It ended with ${this.child.exitCode}:\n${this.stderr}`)
      await once(this.child[where], "data")
    }
  }

  /** Waits until it ends, and tells its exit code and signal. */
  async ended(): Promise<{ readonly code: unknown; readonly signal: unknown }> {
    const [code, signal] = await this.#closed
    return { code, signal }
  }

  kill(): void {
    this.child.kill("SIGKILL")
  }
}
