/**
 * Our client with servers of the official SDK, version 1.
 */
import { interop, type Lacks, overHttp, overStdio } from "./Row.ts"

const versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const noStreams: Lacks = { drop: "there is one stream for everything" }

interop({
  name: "SDK v1",
  ways: [
    { transport: "stdio", open: overStdio("SdkV1"), versions, lacks: () => noStreams },
    { transport: "Streamable HTTP", open: overHttp("SdkV1", "http"), versions },
    { transport: "HTTP+SSE", open: overHttp("SdkV1", "sse"), versions, lacks: () => noStreams }
  ]
})
