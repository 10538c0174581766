import { describe, expect, it } from "@effect/vitest"
import * as Step from "../../src/revision/Step.ts"

type Point = { readonly x: number; readonly y?: number }

describe("Step", () => {
  const up: Step.Step<number> = (n) => n + 1

  it("costs nothing where there is nothing to do: combinations of the identity are the identity", () => {
    expect(Step.chain()).toBe(Step.identity)
    expect(Step.chain(Step.identity, Step.identity)).toBe(Step.identity)
    expect(Step.chain(Step.identity, up)).toBe(up)
    expect(Step.each(Step.identity)).toBe(Step.identity)
    expect(Step.eachValue(Step.identity)).toBe(Step.identity)
    expect(Step.at<Point, "x">("x", Step.identity)).toBe(Step.identity)
  })

  it("goes one after the other", () => {
    expect(Step.chain<number>(up, (n) => n * 10)(1)).toBe(20)
  })

  it("gives the same value back when nothing changes", () => {
    const point: Point = { x: 1 }
    const same: Step.Step<number> = (n) => n
    expect(Step.at<Point, "x">("x", same)(point)).toBe(point)
    expect(Step.omit<Point>("y")(point)).toBe(point)
    const values = [1, 2]
    expect(Step.each(same)(values)).toBe(values)
    const record = { a: 1 }
    expect(Step.eachValue(same)(record)).toBe(record)
  })

  it("changes members, elements and values, and never its argument", () => {
    const point: Point = { x: 1, y: 2 }
    expect(Step.at<Point, "x">("x", up)(point)).toEqual({ x: 2, y: 2 })
    expect(Step.at<Point, "y">("y", up)({ x: 1 })).toEqual({ x: 1 })
    expect(Step.omit<Point>("y")(point)).toEqual({ x: 1 })
    expect(Step.each(up)([1, 2])).toEqual([2, 3])
    expect(Step.eachValue(up)({ a: 1, b: 2 })).toEqual({ a: 2, b: 3 })
    expect(point).toEqual({ x: 1, y: 2 })
  })
})
