import { describe, expect, it } from "@effect/vitest"
import * as SessionError from "@mcp-effect/core/SessionError"
import * as Supervisor from "@mcp-effect/core/Supervisor"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as ChildProcessTransport from "../src/ChildProcessTransport.ts"
import * as Witness from "./child/Witness.ts"

const program = join(import.meta.dirname, "child", "Mortal.ts")

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** How many processes this one has started that have not ended, where the system says it. */
const children = () =>
  existsSync("/proc/self/task")
    ? readdirSync("/proc/self/task").flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter((pid) => pid !== "")
    ).length
    : undefined

describe("a supervised server as a child process", () => {
  it.live(
    "is started again each time that it is killed, and 100 times leave one child (STDIO-20)",
    () =>
      Effect.gen(function*() {
        const witness = yield* Witness.make
        const scope = yield* Scope.fork(yield* Effect.scope)
        const { client, ready } = yield* Scope.provide(
          Supervisor.make({
            name: "test",
            version: "1.0.0",
            initialDelay: "1 millis",
            stableAfter: 0,
            transport: ChildProcessTransport.make({
              command: process.execPath,
              args: [program],
              env: { WITNESS: witness.path }
            })
          }),
          scope
        )
        const seen: Array<Witness.Seen> = []
        const pid = Effect.map(
          client.complete({ ref: { type: "ref/prompt", name: "pid" }, argument: { name: "pid", value: "" } }),
          ({ values }) => Number(values[0])
        )
        yield* ready
        const before = children()
        for (let n = 1; n <= 100; n++) {
          const server = yield* witness.next
          expect(yield* pid).toBe(server.pid)
          expect(seen.filter(({ pid }) => lives(pid))).toEqual([])
          seen.push(server)
          // it is not known what it did before it died
          const error = yield* Effect.flip(client.callTool("die"))
          expect(error.reason).toBeInstanceOf(SessionError.OutcomeUnknown)
          yield* client.ping()
        }
        const last = yield* witness.next
        expect(yield* pid).toBe(last.pid)
        expect(seen.filter(({ pid }) => lives(pid))).toEqual([])
        expect(children()).toBe(before)
        yield* Scope.close(scope, Exit.void)
        yield* Effect.promise(() => last.gone)
        expect(lives(last.pid)).toBe(false)
      }).pipe(Effect.provideService(References.MinimumLogLevel, "Error")),
    300_000
  )

  it.live("that does not exist is not started again", () =>
    Effect.gen(function*() {
      const { client } = yield* Supervisor.make({
        name: "test",
        version: "1.0.0",
        transport: ChildProcessTransport.make({ command: "mcp-effect-no-such-command" })
      })
      const error = yield* Effect.flip(client.ping())
      expect(error.message).toBe("\"mcp-effect-no-such-command\" could not be started: there is no such command")
    }))
})
