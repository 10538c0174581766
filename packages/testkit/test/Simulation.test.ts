import { describe, expect, it } from "@effect/vitest"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as History from "@mcp-effect/testkit/History"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const digest = (text: string) => createHash("sha256").update(text).digest("hex")

Vitest.laws("our server and our client, over pipes", Simulation.laws(), { seed: 1, runs: 50 })

const Slow = Tool.make("slow", { input: { seconds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })) } })

const serving = (handler: (seconds: number) => Effect.Effect<string>) =>
  Simulation.laws({
    server: Server.layer({ name: "slow", version: "1.0.0" }, Server.tool(Slow, ({ seconds }) => handler(seconds)))
  })

const corpus = new URL("./corpus/scenarios/", import.meta.url)

describe("Simulation", () => {
  it.live.each(readdirSync(corpus))("what was found once is not found any more: %s", (name) =>
    Effect.gen(function*() {
      const { over, scenario } = JSON.parse(readFileSync(new URL(name, corpus), "utf8"))
      const { breaches } = yield* Simulation.rerun(scenario, { over })
      expect(breaches).toEqual([])
    }))

  it.live("the same seed is the same run, event by event, in another process too", () =>
    Effect.gen(function*() {
      const seeds = [1, 2, 3, 5, 8, 13]
      const histories = Effect.map(
        Effect.forEach(
          ["pipes", "http"] as const,
          (over) => Effect.forEach(seeds, (seed) => Simulation.run({ seed, over }))
        ),
        (reports) => reports.flat().map(({ events }) => digest(History.format(events)))
      )
      const first = yield* histories
      expect(yield* histories).toEqual(first)
      expect(new Set(first).size).toBe(2 * seeds.length)
      const program = fileURLToPath(new URL("./simulation/Histories.ts", import.meta.url))
      const args = ["--conditions=@mcp-effect/source", "--no-warnings", program, ...seeds.map(String)]
      const { stdout } = yield* Effect.promise(() => promisify(execFile)(process.execPath, args))
      expect(stdout.trim().split("\n")).toEqual(first)
    }))

  it.live("a scenario that was kept is the same run again", () =>
    Effect.gen(function*() {
      const report = yield* Simulation.run({ seed: 4 })
      const again = yield* Simulation.rerun(JSON.parse(JSON.stringify(report.scenario)))
      expect(Simulation.format(again)).toBe(Simulation.format(report))
    }))
})

describe("Simulation of a server of an author", () => {
  it("no law is listed that could not be broken: what tells of a change, nobody knows", () => {
    const names = serving(() => Effect.succeed("")).map(({ name }) => name)
    expect(names).not.toContain("who listens hears of each change")
    expect(Simulation.laws().length).toBe(names.length + 1)
  })

  it.live("it is lawful where its handlers are", () =>
    Laws.check(serving((seconds) => Effect.as(Effect.sleep(seconds * 1000), "done")), { seed: 1, runs: 20 }))

  it.live("a handler that cannot be interrupted is found", () =>
    Effect.gen(function*() {
      const stubborn = serving((seconds) => Effect.uninterruptible(Effect.as(Effect.sleep(seconds * 1000), "done")))
      const violation = yield* Effect.flip(Laws.check(stubborn, { seed: 1, runs: 100 }))
      expect(violation.law).toBe("the handler of what was cancelled is interrupted")
      expect(violation.message).toContain("goes on 1000 ms after its request was cancelled")
      expect(violation.message).toContain("notifications/cancelled")
    }))

  it.live("a server without handlers cannot be simulated, and says so", () =>
    Effect.gen(function*() {
      const server = Server.layer({ name: "empty", version: "1.0.0" }, Layer.empty)
      const violation = yield* Effect.flip(Laws.check(Simulation.laws({ server }), { runs: 1 }))
      expect(violation.reason).toBe("it could not be simulated: the server has no handlers to call")
    }))
})
