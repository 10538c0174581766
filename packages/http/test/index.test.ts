import { expect, it } from "@effect/vitest"

it("the entry point loads", async () => {
  expect(await import("../src/index.ts")).toBeTypeOf("object")
})
