/**
 * Our client with servers of the official SDK, version 2.
 */
import { interop, type Lacks, overHttp, overStdio } from "./Row.ts"

const versions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const noStreams: Lacks = { drop: "there is one stream for everything" }
const noSession: Lacks = {
  drop: "what was sent is not kept",
  sample: "without a session nothing is asked",
  ask: "without a session nothing is asked",
  roots: "without a session nothing is asked",
  logging: "without a session no level is kept",
  "resources.subscribe": "without a session nothing is told",
  "tools.listChanged": "without a session nothing is told"
}

interop({
  name: "SDK v2",
  ways: [
    { transport: "stdio", open: overStdio("SdkV2"), versions, lacks: () => noStreams },
    {
      transport: "Streamable HTTP",
      open: overHttp("SdkV2", "http"),
      versions,
      lacks: (version) => version === "2026-07-28" ? { drop: "a stream is lost with its request" } : {}
    },
    {
      transport: "Streamable HTTP without sessions",
      open: overHttp("SdkV2", "sessionless"),
      versions,
      lacks: (version) => version === "2026-07-28" ? { drop: "a stream is lost with its request" } : noSession
    }
  ]
})
