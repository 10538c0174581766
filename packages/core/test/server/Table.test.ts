import { describe, expect, it } from "@effect/vitest"
import { Table } from "../../src/server/Table.ts"

describe("what a table remembers of its pages", () => {
  it("is made once until the table changes, and bounded whatever places are asked for (robustness 16)", () => {
    const table = new Table<string>(() => {})
    let made = 0
    const page = (key: number) => table.cached(`tools/${key}`, () => ++made)
    expect([page(0), page(0)]).toEqual([1, 1])
    table.add("a", "a", undefined)
    expect(page(0)).toBe(2)
    for (let key = 1; key <= 5000; key++) page(key)
    expect(page(5000)).toBe(5002)
    expect(page(0)).toBe(5003)
  })
})
