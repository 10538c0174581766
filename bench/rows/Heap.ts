/**
 * Heap, always after a full collection: of an idle session over HTTP, and what 50,000 calls leave behind.
 */
import { check, echo, initialize } from "../Client.ts"
import { connectHttp, connectStdio, http, stdio } from "../Contenders.ts"
import { measure, type Row } from "../Row.ts"

const sessions = 1000

export const idleSessions = (): Promise<Row> =>
  measure(
    "idle HTTP session",
    "bytes heap",
    http.filter((contender) => contender.file !== "floor" && contender.http === "http"),
    async (contender) => {
      const client = await connectHttp(contender)
      const open = async (count: number) => {
        for (let i = 0; i < count; i++) {
          client.forget()
          await initialize(client)
        }
      }
      try {
        await open(sessions)
        const before = await client.process.probe("heap")
        await open(sessions)
        return (await client.process.probe("heap") - before) / sessions
      } finally {
        await client.process.end()
      }
    }
  ).then((row) => ({ ...row, base: "mcp-effect" }))

export const afterCalls = (): Promise<Row> =>
  measure("heap after 50,000 calls", "KB above warm", stdio, async (contender) => {
    const client = await connectStdio(contender)
    try {
      await initialize(client)
      await check(client)
      await client.repeat(20_000, 64, "tools/call", echo)
      const warm = await client.process.probe("heap")
      await client.repeat(50_000, 64, "tools/call", echo)
      return (await client.process.probe("heap") - warm) / 1024
    } finally {
      await client.process.end()
    }
  }).then((row) => ({ ...row, base: "" }))
