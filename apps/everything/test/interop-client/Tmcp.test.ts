/**
 * Our client with servers of tmcp.
 */
import { interop, type Lacks, overHttp, overStdio } from "./Row.ts"

const session = ["2025-06-18", "2025-03-26", "2024-11-05"]
const versions = ["2026-07-28", ...session]

const noRoots = (version: string): Lacks =>
  version === "2026-07-28" ? { roots: "it does not ask for them in rounds" } : {}
const noCancellation: Lacks = { wait: "a call learns nothing of its cancellation, and the calls after it wait" }
// over HTTP it is told of the end of its connection, but not always: on a busy machine it misses some
const noSureCancellation: Lacks = { wait: "a call does not always learn of its cancellation" }
const noStreams: Lacks = { drop: "no stream is gone on with" }

interop({
  name: "tmcp",
  ways: [
    {
      transport: "stdio",
      open: overStdio("Tmcp"),
      versions,
      lacks: (version) => ({ ...noRoots(version), ...noCancellation, ...noStreams })
    },
    {
      transport: "Streamable HTTP",
      open: overHttp("Tmcp", "http"),
      versions,
      lacks: (version) => ({ ...noRoots(version), ...noSureCancellation, ...noStreams })
    },
    {
      transport: "HTTP+SSE",
      open: overHttp("Tmcp", "sse"),
      versions: session,
      lacks: () => ({ ...noCancellation, ...noStreams })
    }
  ]
})
