/**
 * The server under test as a child process: `apps/everything` over HTTP on a free port.
 *
 * It learns the address from the line that the server prints on stderr, and ends the process by its own handle.
 */
import { spawn } from "node:child_process"

/**
 * A running server. `ended` resolves to how it ended; `stop` ends it and resolves to a complaint when it had ended
 * before or had to be killed.
 */
export interface Target {
  readonly url: string
  readonly ended: Promise<string>
  readonly stop: () => Promise<string | undefined>
}

const startMs = 30_000
const stopMs = 10_000

/** The address in what a server printed so far. */
export const findUrl = (text: string): string | undefined => /https?:\/\/\S+?\/mcp/.exec(text)?.[0]

/** Starts a Node program and waits until it prints its address; rejects with its stderr when it does not. */
export const start = (args: ReadonlyArray<string>): Promise<Target> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] })
    let printed = ""
    const ended = new Promise<string>((done) =>
      child.once("close", (code, signal) => done(signal ?? `exit code ${code}`))
    )
    const isOver = () => child.exitCode !== null || child.signalCode !== null
    const abandon = () => child.kill("SIGKILL")
    process.once("exit", abandon)
    const fail = (why: string) => {
      clearTimeout(timer)
      process.off("exit", abandon)
      child.kill("SIGKILL")
      reject(new Error(`${args.join(" ")}: ${why}\n${printed}`))
    }
    const timer = setTimeout(() => fail(`printed no address within ${startMs} ms`), startMs)
    const stop = async (): Promise<string | undefined> => {
      process.off("exit", abandon)
      if (isOver()) return `the server ended during the run (${await ended})\n${printed}`
      child.kill("SIGTERM")
      const deadline = setTimeout(abandon, stopMs)
      const how = await ended
      clearTimeout(deadline)
      return how === "SIGKILL" ? `the server did not end within ${stopMs} ms of SIGTERM\n${printed}` : undefined
    }
    child.once("error", (error) => fail(error.message))
    child.once("close", (code) => fail(`ended with ${code} before it printed an address`))
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      // Only the end is kept: a run can log for minutes.
      printed = (printed + text).slice(-16_384)
      const url = findUrl(printed)
      if (url === undefined) return
      clearTimeout(timer)
      resolve({ url, ended, stop })
    })
  })
