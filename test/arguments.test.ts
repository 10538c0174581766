import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const run = (script: string, args: ReadonlyArray<string>) => {
  const path = fileURLToPath(new URL(`../scripts/${script}.ts`, import.meta.url))
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--expose-gc", "--conditions=@mcp-effect/source", path, ...args],
    { encoding: "utf8" }
  )
  return { status, stderr: stderr.split("\n")[0], stdout }
}

describe("a script that is called wrongly says so in one line, and does nothing", () => {
  it.each([
    [["--over", "tcp"], `--over takes pipes, http, and not "tcp"`],
    [["--seeds", "many"], `--seeds takes a whole number from 1 on, and not "many"`],
    [["--seeds", "0"], `--seeds takes a whole number from 1 on, and not "0"`],
    [["--seed", ""], `--seed takes a whole number from 0 on, and not ""`],
    [["--seed", "7", "--seeds", "7"], "--seed is one, and --seeds are many"],
    [["--sed", "7"], "Unknown option '--sed'"]
  ])("simulate %j", (args, reason) => {
    expect(run("simulate", args)).toEqual({ status: 2, stderr: reason, stdout: "" })
  })

  it.each([
    [["--count", "2e"], `--count takes a whole number from 1 on, and not "2e"`],
    [["--wire", "tcp"], `--wire takes memory, streams, stdio, sse, listener, web, router, and not "tcp"`]
  ])("mutations %j", (args, reason) => {
    expect(run("mutations", args)).toEqual({ status: 2, stderr: reason, stdout: "" })
  })
})

describe("a simulation", () => {
  it("of one seed shows all that happened, and says whether a law is broken", () => {
    const { status, stdout } = run("simulate", ["--seed", "7", "--over", "http"])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Scenario: .*"network":"HTTP/)
    expect(stdout).toMatch(/\nseed 7 over http: 0 laws broken\n$/)
  })
})
