import { describe, expect, it } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import type * as TransportError from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ChildEnvironment from "../src/ChildEnvironment.ts"
import * as ChildProcessTransport from "../src/ChildProcessTransport.ts"
import * as Witness from "./child/Witness.ts"

const program = join(import.meta.dirname, "child", "Program.ts")
const host = join(import.meta.dirname, "child", "Host.ts")

interface Notice {
  readonly method: string
  readonly params?: unknown
}

type Settings = Omit<ChildProcessTransport.Options, "command" | "args">

/** A server that behaves so, with what it says, how its run ends, and a way to end it before the test does. */
const start = Effect.fnUntraced(
  function*(behaviour: string, args: ReadonlyArray<string> = [], settings: Settings = {}) {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const transport = yield* Scope.provide(
      ChildProcessTransport.make({ command: process.execPath, args: [program, behaviour, ...args], ...settings }),
      scope
    )
    const said = yield* Queue.unbounded<Notice>()
    // each test knows what its program says
    const running = yield* Effect.forkChild(transport.run((json) => Queue.offerUnsafe(said, json as Notice)), {
      startImmediately: true
    })
    return {
      transport,
      said,
      next: Queue.take(said),
      ended: Fiber.await(running),
      close: Scope.close(scope, Exit.void)
    }
  }
)

const reasonOf = (exit: Exit.Exit<unknown, TransportError.TransportError>) =>
  Exit.isFailure(exit)
    ? Exit.findErrorOption(exit).pipe((error) => error._tag === "Some" ? error.value.reason : undefined)
    : undefined

const ping = (id: number) => ({ jsonrpc: "2.0", id, method: "ping" } as const)

/** The log while an effect runs, a line each. */
const logging = <A, E, R>(effect: (lines: Array<string>) => Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  return effect(lines).pipe(
    Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void lines.push(line))])),
    Effect.provideService(References.MinimumLogLevel, "Debug")
  )
}

describe("a server as a child process", () => {
  it.live("is started, spoken with, and exits with 0 when its input is closed (STDIO-1, STDIO-17)", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const transport = yield* Scope.provide(
        ChildProcessTransport.make({
          command: process.execPath,
          args: ["--conditions=@mcp-effect/source", join(import.meta.dirname, "stdio", "Server.ts")]
        }),
        scope
      )
      const ended = Promise.withResolvers<Exit.Exit<void, TransportError.TransportError>>()
      const watched = {
        ...transport,
        run: (receive: Parameters<typeof transport.run>[0]) =>
          Effect.onExit(transport.run(receive), (exit) => Effect.sync(() => ended.resolve(exit)))
      }
      // the connection outlives its client here, so that its end can be seen
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport: watched })
      const result = yield* client.request("tools/call", { name: "echo", arguments: { text: "two\nlines ä 😀" } })
      expect(result).toMatchObject({ content: [{ type: "text", text: "two\nlines ä 😀" }] })
      yield* Scope.close(scope, Exit.void)
      expect(yield* Effect.promise(() => ended.promise)).toEqual(Exit.void)
      expect(() => process.kill(transport.pid, 0)).toThrow("ESRCH")
    }))

  it.live("gets its arguments as they are: no shell reads them", () =>
    Effect.gen(function*() {
      const args = ["$(id)", "; exit", "a b", "\"", "'", "", "*", "%PATH%", "ä\n😀"]
      const { next } = yield* start("arguments", args)
      expect((yield* next).params).toEqual(args)
    }))

  it.live("runs where it is told to", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(start("mirror", [], { cwd: join(tmpdir(), "mcp-effect-nowhere") }))
      expect(error.message).toContain("there is no directory ")
      const scoped = ChildProcessTransport.make({
        command: process.execPath,
        args: ["-e", "process.stderr.write(process.cwd())"],
        cwd: import.meta.dirname
      })
      expect(yield* Stream.runCollect((yield* scoped).stderr)).toEqual([import.meta.dirname])
    }))

  it.live("sees what is named of the environment and nothing else (STDIO-22, robustness 25)", () =>
    Effect.gen(function*() {
      process.env["MCP_EFFECT_SECRET"] = "secret"
      process.env["MCP_EFFECT_NAMED"] = "named"
      process.env["MCP_EFFECT_FUNCTION"] = "() { :; }; echo"
      const own = { MCP_EFFECT_OWN: "own" }
      const seen = (yield* (yield* start("environment", [], { env: own })).next).params as Record<string, string>
      expect(seen).toMatchObject({ ...own, PATH: process.env["PATH"] })
      expect(Object.keys(seen).filter((name) => !ChildEnvironment.defaultInherited.includes(name))).toEqual([
        "MCP_EFFECT_OWN"
      ])
      const named = yield* start("environment", [], {
        env: own,
        inheritEnv: ["MCP_EFFECT_NAMED", "MCP_EFFECT_ABSENT", "MCP_EFFECT_FUNCTION"]
      })
      expect((yield* named.next).params).toEqual({ ...own, MCP_EFFECT_NAMED: "named" })
    }))

  it.live("that does not exist is told of at once", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChildProcessTransport.make({ command: "mcp-effect-no-such-command" }))
      expect(error.reason._tag).toBe("NotStarted")
      expect(error.message).toBe("\"mcp-effect-no-such-command\" could not be started: there is no such command")
      const refused = yield* Effect.flip(ChildProcessTransport.make({ command: import.meta.filename }))
      expect(refused.message).toMatch(/could not be started: it is no program, or may not be run \(EACCES\)$/)
      const line = yield* Effect.flip(ChildProcessTransport.make({ command: "mcp-effect-no-such-command server.js" }))
      expect(line.message).toMatch(/there is no such command \(its arguments go into `args`\)$/)
      const invalid = yield* Effect.flip(ChildProcessTransport.make({ command: "a\0b" }))
      expect(invalid.message).toMatch(/could not be started: ERR_INVALID_ARG_VALUE$/)
    }))
})

describe("what a server prints beside its messages", () => {
  it.live("is skipped with one warning and never answered (STDIO-4, BASE-16, robustness 23)", () =>
    logging((log) =>
      Effect.gen(function*() {
        const { close, ended, next, transport } = yield* start("banner")
        yield* transport.send(ping(1))
        yield* transport.send(ping(2))
        for (const id of [1, 2]) expect((yield* next).params).toBe(JSON.stringify(ping(id)))
        yield* close
        expect(yield* ended).toEqual(Exit.void)
        const warnings = log.filter((line) => line.includes("what is no message"))
        expect(warnings).toHaveLength(1)
        expect(warnings[0]).toContain("Welcome!")
      })
    ))

  it.live.each(["lines", "bytes"])(
    "ends the connection when it is too much, as %s (robustness 23)",
    (behaviour) =>
      logging((log) =>
        Effect.gen(function*() {
          const { ended, said, transport } = yield* start(behaviour)
          expect(reasonOf(yield* ended)?._tag).toBe("Unintelligible")
          expect((yield* Effect.flip(transport.send(ping(1)))).reason._tag).toBe("Closed")
          expect(Queue.sizeUnsafe(said)).toBe(0)
          expect(log.filter((line) => line.includes("what is no message")).length).toBeLessThan(5)
        })
      )
  )

  it.live("on standard error is a stream of lines, logged for who debugs, and no sign of an error (STDIO-6, STDIO-7)", () =>
    logging((log) =>
      Effect.gen(function*() {
        const { close, ended, next, transport } = yield* start("complain", ["2"])
        expect((yield* next).params).toBe("complained")
        yield* transport.send(ping(1))
        expect((yield* next).params).toBe(JSON.stringify(ping(1)))
        const lines = ["line 0", "line 1", "(a line of more than 8192 characters)", "last"]
        expect(yield* Stream.runCollect(Stream.take(transport.stderr, 4))).toEqual(lines)
        yield* close
        expect(yield* ended).toEqual(Exit.void)
        // it has ended, and so does the stream, for whoever comes late too
        expect(yield* Stream.runCollect(transport.stderr)).toEqual(lines)
        const logged = log.filter((line) => line.includes("wrote to standard error"))
        expect(logged).toHaveLength(4)
        expect(logged[0]).toContain("line 0")
      })
    ))

  it.live("on standard error waits for nobody: the oldest lines are dropped", () =>
    Effect.gen(function*() {
      const { close, next, transport } = yield* start("complain", ["5000"])
      expect((yield* next).params).toBe("complained")
      yield* close
      const lines = yield* Stream.runCollect(transport.stderr)
      expect(lines).toHaveLength(256)
      expect(lines.slice(-3)).toEqual(["line 4999", "(a line of more than 8192 characters)", "last"])
    }))
})

describe("the end of a server as a child process", () => {
  it.live("that nobody asked for is a failure with code and last words, after its last message (STDIO-19)", () =>
    Effect.gen(function*() {
      for (const code of [7, 0]) {
        const { ended, said } = yield* start("exit", [`${code}`])
        const exit = yield* ended
        expect(Queue.sizeUnsafe(said)).toBe(5000)
        expect(reasonOf(exit)).toMatchObject({
          _tag: "Exited",
          code,
          signal: null,
          stderr: ["before the end", "y".repeat(500)]
        })
      }
    }))

  it.live("that nobody asked for is in the log, with its last words quoted", () =>
    logging((lines) =>
      Effect.gen(function*() {
        const { ended } = yield* start("exit", ["7"])
        yield* ended
        const [told, ...others] = lines.filter((line) => line.includes("level=WARN"))
        expect(others).toEqual([])
        expect(told).toContain("The server has ended: The process ended with code 7")
        expect(told).toContain("before the end")
      })
    ))

  it.live("that we asked for is not in the log", () =>
    logging((lines) =>
      Effect.gen(function*() {
        const { close, next } = yield* start("complain", ["1"])
        yield* next
        yield* close
        expect(lines.filter((line) => line.includes("level=WARN"))).toEqual([])
      })
    ))

  it.live("fails what was asked of it", () =>
    Effect.gen(function*() {
      const transport = yield* ChildProcessTransport.make({ command: process.execPath, args: [program, "exit", "1"] })
      expect((yield* Effect.flip(Client.make({ name: "test", version: "1.0.0", transport }))).reason._tag).toBe(
        "Disconnected"
      )
    }))

  it.live("comes after all that was sent to it", () =>
    Effect.gen(function*() {
      const { close, ended, said, transport } = yield* start("mirror")
      for (let id = 0; id < 100; id++) yield* transport.send(ping(id))
      yield* close
      expect(yield* ended).toEqual(Exit.void)
      expect(Queue.sizeUnsafe(said)).toBe(100)
      expect((yield* Effect.flip(transport.send(ping(1)))).reason._tag).toBe("Closed")
    }))

  it.live("is by SIGTERM when it ignores the end of its input, and by SIGKILL when it ignores that (STDIO-17)", () =>
    Effect.gen(function*() {
      const timeouts = { closeTimeout: "20 millis", terminateTimeout: "2 seconds" } as const
      const polite = yield* start("polite", [], timeouts)
      yield* polite.next
      yield* polite.close
      expect(reasonOf(yield* polite.ended)).toMatchObject({ _tag: "Exited", code: 3, signal: null })
      const stubborn = yield* start("stubborn", [], { ...timeouts, terminateTimeout: "20 millis" })
      yield* stubborn.next
      yield* stubborn.close
      expect(reasonOf(yield* stubborn.ended)).toMatchObject({ _tag: "Exited", code: null, signal: "SIGKILL" })
    }))

  it.live("comes with the interruption of whoever uses it", () =>
    Effect.gen(function*() {
      const witness = yield* Witness.make
      const using = yield* Effect.forkChild(Effect.scoped(Effect.gen(function*() {
        yield* start("obedient", [], { env: { WITNESS: witness.path } })
        return yield* Effect.never
      })))
      const server = yield* witness.next
      yield* Fiber.interrupt(using)
      yield* Effect.promise(() => server.gone)
      expect(() => process.kill(server.pid, 0)).toThrow("ESRCH")
    }))

  it.live.each(["wrapper", "parent", "crash"])(
    "takes what it has started along, however stubborn (%s)",
    (kind) =>
      Effect.gen(function*() {
        const witness = yield* Witness.make
        const { close, ended, next, transport } = yield* start("family", [kind], {
          env: { WITNESS: witness.path },
          closeTimeout: kind === "wrapper" ? "20 millis" : "2 seconds",
          terminateTimeout: "20 millis"
        })
        const grandchild = yield* witness.next
        yield* next
        if (kind === "crash") {
          // nobody closes anything: what is left behind is ended when the server has left
          yield* transport.send(ping(1))
          expect(reasonOf(yield* ended)).toMatchObject({ _tag: "Exited", code: 1 })
        } else yield* close
        yield* Effect.promise(() => grandchild.gone)
      })
  )

  it.live("is seen although what has left its process group keeps its output open", () =>
    Effect.gen(function*() {
      const witness = yield* Witness.make
      const { close, ended, next, transport } = yield* start("daemon", [], { env: { WITNESS: witness.path } })
      yield* witness.next
      yield* next
      yield* transport.send(ping(1))
      expect(reasonOf(yield* ended)).toMatchObject({ _tag: "Exited", code: 1 })
      yield* close
      expect(yield* Stream.runCollect(transport.stderr)).toEqual([])
    }))

  it.live("is not waited for by either side when both write more than the other reads at once", () =>
    Effect.gen(function*() {
      const { said, transport } = yield* start("torrent")
      const long = { jsonrpc: "2.0", method: "x", params: { text: "x".repeat(100_000) } } as const
      yield* Effect.forEach(Array.from({ length: 100 }), () => transport.send(long), { discard: true })
      yield* Effect.forEach(Array.from({ length: 200 }), () => Queue.take(said), { discard: true })
    }))
})

/** Starts a host and its server, kills the host, and waits until its server has gone too. */
const killHost = (behaviour: string) =>
  Effect.scoped(Effect.gen(function*() {
    const witness = yield* Witness.make
    const killed = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--conditions=@mcp-effect/source", host, behaviour], {
          env: { ...process.env, WITNESS: witness.path },
          stdio: ["ignore", "pipe", "inherit"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const server = yield* witness.next
    yield* Effect.callback<void>((resume) => void killed.stdout.once("data", () => resume(Effect.void)))
    const since = performance.now()
    killed.kill("SIGKILL")
    yield* Effect.promise(() => server.gone)
    return performance.now() - since
  }))

// 100 were seen to pass; these are enough to see that it does not depend on luck.
const kills = Number(process.env["MCP_EFFECT_KILLS"] ?? 20)

describe("the servers of a host that was killed", () => {
  it.live(
    `are gone within 2 seconds, in each of ${kills} runs (STDIO-18, robustness 24)`,
    () =>
      Effect.gen(function*() {
        const times = yield* Effect.forEach(Array.from({ length: kills }), () => killHost("obedient"), {
          concurrency: 2
        })
        expect(Math.max(...times)).toBeLessThan(2000)
      }),
    6000 * kills
  )

  it.live("are ended even if they ignore the end of their input and SIGTERM (robustness 24)", () =>
    Effect.gen(function*() {
      const time = yield* killHost("stubborn")
      // a second until SIGTERM, one more until SIGKILL
      expect(time).toBeGreaterThan(1500)
    }))
})
