/**
 * A `Process` is one server that is being measured: a child with the probe in it.
 *
 * It knows no transport; `Stdio` and `Http` speak to what it started.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/**
 * How a server is started. `under` is what stands before `node` (valgrind), `tools` how many tools it has besides `echo` and `megabyte`.
 */
export interface Options {
  readonly transport: "stdio" | "http" | "router" | "stateless"
  readonly tools?: number
  readonly under?: ReadonlyArray<string>
  readonly nodeOptions?: ReadonlyArray<string>
  /** Whether the server is one file that `Bundle` has made. */
  readonly bundled?: boolean
  /** In milliseconds, until the server has said what it was waited for. */
  readonly patience?: number
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export class Process {
  readonly child: ChildProcess
  readonly #patience: number
  readonly exited: Promise<unknown>
  stderr = ""

  constructor(contender: string, options: Options) {
    const command = [
      ...options.under ?? [],
      process.execPath,
      "--expose-gc",
      ...options.nodeOptions ?? [],
      "--import",
      path("./probe.mjs"),
      path(options.bundled === true ? `./.cache/${contender}/${contender}.mjs` : `./servers/${contender}.mjs`),
      options.transport,
      String(options.tools ?? 0)
    ]
    this.#patience = options.patience ?? 60_000
    this.child = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "pipe", "ipc"] })
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-20_000)
    })
    this.exited = once(this.child, "exit")
  }

  /** Waits for something the server does, and fails when it ends or takes too long. */
  async expect<A>(answer: Promise<A>): Promise<A> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await Promise.race([
        answer,
        this.exited.then(() => Promise.reject(new Error("it ended"))),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error("it took too long")), this.#patience)
        })
      ])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asks the probe: CPU time in microseconds, or heap in bytes after a full collection. */
  async probe(question: "cpu" | "heap"): Promise<number> {
    const answer = this.message(question)
    this.child.send(question)
    return answer
  }

  /** The next message over the IPC channel that has this member. */
  message(member: string): Promise<number> {
    return this.expect(
      new Promise((resolve) => {
        const listener = (message: Record<string, number>) => {
          const value = message[member]
          if (value === undefined) return
          this.child.off("message", listener)
          resolve(value)
        }
        this.child.on("message", listener)
      })
    )
  }

  /** Lets the server end by itself; one that does not is killed. */
  async end(): Promise<void> {
    const kill = setTimeout(() => this.child.kill("SIGKILL"), 10_000)
    if (this.child.connected) this.child.disconnect()
    await this.exited
    clearTimeout(kill)
  }
}
