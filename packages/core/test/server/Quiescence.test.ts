import { describe, expect, it } from "@effect/vitest"
import type * as Scheduler from "effect/Scheduler"
import { Quiescence } from "../../src/server/Quiescence.ts"

/** A scheduler whose turns the test takes. */
const byHand = () => {
  let tasks: Array<() => void> = []
  const dispatcher: Scheduler.SchedulerDispatcher = {
    scheduleTask: (task) => void tasks.push(task),
    flush: () => {}
  }
  const scheduler: Scheduler.Scheduler = {
    executionMode: "async",
    shouldYield: () => false,
    makeDispatcher: () => dispatcher
  }
  /** Runs what is scheduled now, and says how much that was. */
  const turn = (): number => {
    const now = tasks
    tasks = []
    for (const task of now) task()
    return now.length
  }
  return { scheduler, turn }
}

const watched = () => {
  const { scheduler, turn } = byHand()
  const rests: Array<string> = []
  const quiescence = new Quiescence(scheduler, () => rests.push("rest"))
  return { dispatcher: quiescence.makeDispatcher(), quiescence, rests, turn }
}

describe("Quiescence", () => {
  it("tells of rest after a turn in which nothing happened, once for each watch", () => {
    const { quiescence, rests, turn } = watched()
    quiescence.watch()
    quiescence.watch()
    expect(rests).toEqual([])
    while (turn() > 0);
    expect(rests).toEqual(["rest"])
    quiescence.watch()
    while (turn() > 0);
    expect(rests).toEqual(["rest", "rest"])
  })

  it("tells of none that nobody watches for", () => {
    const { dispatcher, rests, turn } = watched()
    dispatcher.scheduleTask(() => {}, 0)
    while (turn() > 0);
    expect(rests).toEqual([])
  })

  it("is not while there is something to run, however often it puts that off", () => {
    const { dispatcher, quiescence, rests, turn } = watched()
    let left = 100
    const again = () => {
      if (left-- > 0) dispatcher.scheduleTask(again, 0)
    }
    again()
    quiescence.watch()
    while (left > 0) {
      turn()
      expect(rests).toEqual([])
    }
    while (turn() > 0);
    expect(rests).toEqual(["rest"])
  })

  it("is not while something waits for a turn that comes later", () => {
    const { dispatcher, quiescence, rests, turn } = watched()
    quiescence.watch()
    dispatcher.scheduleTask(() => expect(rests).toEqual([]), 0)
    while (turn() > 0);
    expect(rests).toEqual(["rest"])
  })

  it("is not while it is held, and takes no turns until it is released", () => {
    const { quiescence, rests, turn } = watched()
    quiescence.hold()
    quiescence.hold()
    quiescence.watch()
    turn()
    expect(turn()).toBe(0)
    quiescence.release()
    expect(turn()).toBe(0)
    quiescence.release()
    expect(rests).toEqual([])
    while (turn() > 0);
    expect(rests).toEqual(["rest"])
  })

  it("is not while it is held again and again within a turn", () => {
    const { quiescence, rests, turn } = watched()
    quiescence.watch()
    quiescence.hold()
    quiescence.release()
    quiescence.hold()
    turn()
    turn()
    expect(rests).toEqual([])
    quiescence.release()
    while (turn() > 0);
    expect(rests).toEqual(["rest"])
  })
})
