/**
 * Our client with servers of effect/ai.
 */
import { interop, type Lacks, overHttp, overStdio } from "./Row.ts"

const versions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const lacks = (version: string): Lacks => ({
  drop: "no stream is gone on with",
  ...(version === "2025-06-18" ? { ask: "it sends no form with defaults in this revision" } : undefined)
})

const lacksOverHttp = (version: string): Lacks => ({
  ...lacks(version),
  ...(version === "2026-07-28" ? undefined : { "resources.subscribe": "a session has no stream for news" })
})

interop({
  name: "effect/ai",
  ways: [
    { transport: "stdio", open: overStdio("EffectAi"), versions, lacks },
    { transport: "Streamable HTTP", open: overHttp("EffectAi", "http"), versions, lacks: lacksOverHttp }
  ]
})
