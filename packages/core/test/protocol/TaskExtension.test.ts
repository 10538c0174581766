import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { join } from "node:path"
import * as TaskExtension from "../../src/protocol/TaskExtension.ts"
import { generate, random } from "../spec/Generator.ts"
import * as SpecSchema from "../spec/SpecSchema.ts"

const spec = SpecSchema.load(join("ext", "tasks.draft.json"))

const nouns = {
  Task: TaskExtension.Task,
  WorkingTask: TaskExtension.WorkingTask,
  InputRequiredTask: TaskExtension.InputRequiredTask,
  CompletedTask: TaskExtension.CompletedTask,
  FailedTask: TaskExtension.FailedTask,
  CancelledTask: TaskExtension.CancelledTask,
  DetailedTask: TaskExtension.DetailedTask,
  CreateTaskResult: TaskExtension.CreateTaskResult
}

describe("TaskExtension", () => {
  describe("accepts what fits the draft (XTASK-11)", () => {
    for (const [name, schema] of Object.entries(nouns)) {
      it(`${name}`, () => {
        const is = Schema.is(schema as Schema.Codec<unknown>)
        const source = random(11)
        for (let run = 0; run < 50; run++) {
          const value = generate(spec, spec.ref(name), source)
          expect(is(value) ? undefined : value).toBeUndefined()
        }
      })
    }
  })

  describe("makes what fits the draft (XTASK-11)", () => {
    for (const [name, schema] of Object.entries(nouns)) {
      if (name === "InputRequiredTask" || name === "DetailedTask") continue
      it.prop(`${name}`, { value: schema as Schema.Codec<unknown> }, ({ value }) => {
        expect(spec.misfit(spec.ref(name), JSON.parse(JSON.stringify(value)))).toBeUndefined()
      }, { arbitrary: { runs: 30, seed: "draft" } })
    }
  })

  it("knows what each status brings", () => {
    const is = Schema.is(TaskExtension.DetailedTask)
    const task = { taskId: "1", createdAt: "", lastUpdatedAt: "", ttlMs: null }
    expect(is({ ...task, status: "working" })).toBe(true)
    expect(is({ ...task, status: "completed" })).toBe(false)
    expect(is({ ...task, status: "completed", result: {} })).toBe(true)
    expect(is({ ...task, status: "failed", error: { code: 1, message: "" } })).toBe(true)
    expect(is({ ...task, status: "input_required" })).toBe(false)
    expect(is({ ...task, status: "paused" })).toBe(false)
  })
})
