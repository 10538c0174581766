import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Cache from "../src/Cache.ts"

describe("a hint", () => {
  it.each<[ttl: Duration.Input, ttlMs: number]>([
    ["5 minutes", 300_000],
    [1500, 1500],
    [1.9, 1],
    [0.5, 0],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [1_500_000n, 1],
    [Duration.seconds(2), 2000],
    [Duration.infinity, Number.MAX_SAFE_INTEGER],
    ["-Infinity", 0]
  ])("of %s is %s milliseconds, a whole number that is not negative (CACHE-1, CACHE-2)", (ttl, ttlMs) => {
    expect(Cache.members({ ttl })).toEqual({ ttlMs, cacheScope: "private" })
  })

  it.prop("is a natural number of milliseconds, whatever the time (CACHE-2)", [Schema.Number], ([ttl]) => {
    const { ttlMs } = Cache.members({ ttl })
    expect(Number.isSafeInteger(ttlMs) && ttlMs >= 0).toBe(true)
  })

  it("is private unless it says public (CACHE-3)", () => {
    expect(Cache.members({ ttl: 1 }).cacheScope).toBe("private")
    expect(Cache.members({ ttl: 1, scope: "private" }).cacheScope).toBe("private")
    expect(Cache.members({ ttl: 1, scope: "public" }).cacheScope).toBe("public")
  })
})
