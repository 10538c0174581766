import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Law from "@mcp-effect/testkit/Law"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const tried: Array<string> = []

const law = (name: string) =>
  Law.make(
    name,
    Effect.succeed([Law.property({
      subject: "anything",
      arbitrary: Arbitrary.Constant(0),
      holds: () => Effect.sync(() => void tried.push(name))
    })])
  )

const tokenOf = (name: string) => JSON.stringify([name, "anything", "[0,\"1\",0,0,[0],\"PropertyError\"]"])

describe("a token", { concurrent: false }, () => {
  Vitest.laws("two", [law("one"), law("another")], { replay: tokenOf("one") })

  it("of one law skips the others", ({ task }) => {
    const [suite] = task.suite?.tasks ?? []
    const modes = suite?.type === "suite" ? suite.tasks.map(({ mode, name }) => [name, mode]) : []
    assert.deepStrictEqual(modes, [["one", "run"], ["another", "skip"]])
  })
})

describe("laws", { concurrent: false }, () => {
  Vitest.laws("all of them", [law("a"), law("b")], { runs: 2 })

  afterAll(() => {
    assert.deepStrictEqual(tried.filter((name) => name === "a" || name === "b"), ["a", "a", "b", "b"])
  })
})

const violated = join(import.meta.dirname, "example", "violated", "vitest.config.ts")

it("what is violated is printed once, and what lasts too long is interrupted", async () => {
  const vitest = fileURLToPath(import.meta.resolve("vitest/package.json")).replace("package.json", "vitest.mjs")
  const { promise, resolve } = Promise.withResolvers<string>()
  execFile(
    process.execPath,
    [vitest, "run", "--config", violated],
    { env: { ...process.env, NO_COLOR: "1" } },
    (_, stdout, stderr) => resolve(stdout + stderr)
  )
  const printed = await promise
  assert.strictEqual(printed.split("anything: nothing is wrong\n  but something is\n").length, 2, printed)
  assert.include(printed, "Test timed out in 100ms")
  assert.include(printed, "its finalizer ran")
  assert.notInclude(printed, "ERROR (#")
})
