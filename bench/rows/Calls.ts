/**
 * CPU time of one request, warm: all contenders run at the same time, and take turns round by round, so that the machine's moods are shared.
 */
import { ask, check, type Client, echo, initialize, megabyte } from "../Client.ts"
import {
  asking,
  connectHttp,
  connectStateless,
  connectStdio,
  type Contender,
  http,
  stateless,
  stdio
} from "../Contenders.ts"
import type { Options } from "../Process.ts"
import { median, reason, type Row } from "../Row.ts"

interface Work {
  readonly name: string
  readonly who: ReadonlyArray<Contender>
  readonly connect: (contender: Contender, options?: Partial<Options>) => Promise<Client>
  readonly options?: Partial<Options>
  readonly method: string
  readonly params: object
  readonly depth: number
  /** Requests before the first round, and in each round. */
  readonly warm: number
  readonly count: number
  readonly rounds: number
}

const microseconds = async (work: Work): Promise<Row> => {
  const { connect, count, depth, method, options, params, rounds, warm } = work
  const values = new Map<string, number | string>()
  const started = new Map<Contender, { readonly client: Client; readonly times: Array<number> }>()
  const attempt = async (contender: Contender, run: () => Promise<void>) => {
    await run().catch((error) => {
      values.set(contender.name, reason(error))
      const client = started.get(contender)?.client
      started.delete(contender)
      return client?.process.end()
    })
  }
  for (const contender of work.who) {
    await attempt(contender, async () => {
      const client = await connect(contender, options)
      started.set(contender, { client, times: [] })
      await initialize(client)
      await check(client)
      await client.repeat(warm, depth, method, params)
    })
  }
  for (let round = 0; round < rounds; round++) {
    for (const [contender, { client, times }] of Array.from(started)) {
      await attempt(contender, async () => {
        const before = await client.process.probe("cpu")
        await client.repeat(count, depth, method, params)
        times.push((await client.process.probe("cpu") - before) / count)
      })
    }
  }
  for (const [contender, { client, times }] of started) {
    values.set(contender.name, median(times))
    await client.process.end()
  }
  return { name: work.name, unit: "µs CPU", values }
}

const call = { method: "tools/call", params: echo, warm: 10_000, count: 4000, rounds: 7 }
const toolsMany = 10_000

export const works: ReadonlyArray<() => Promise<Row>> = [
  { ...call, name: "stdio call", who: stdio, connect: connectStdio, depth: 1 },
  { ...call, name: "stdio call, 64 in flight", who: stdio, connect: connectStdio, depth: 64 },
  { ...call, name: "HTTP call", who: http, connect: connectHttp, depth: 4, count: 2000 },
  { ...call, name: "HTTP call, 2026-07-28", who: stateless, connect: connectStateless, depth: 4, count: 2000 },
  {
    ...call,
    name: "HTTP call that asks its user, 2026-07-28",
    who: asking,
    connect: connectStateless,
    params: ask,
    depth: 4,
    warm: 3000,
    count: 1000
  },
  {
    name: "stdio call, 1 MB of text",
    who: stdio,
    connect: connectStdio,
    method: "tools/call",
    params: megabyte,
    depth: 1,
    warm: 100,
    count: 30,
    rounds: 9
  },
  {
    name: "tools/list of 10,000",
    who: stdio,
    connect: connectStdio,
    options: { tools: toolsMany, patience: 30_000 },
    method: "tools/list",
    params: {},
    depth: 1,
    warm: 20,
    count: 10,
    rounds: 7
  }
].map((work: Work) => () => microseconds(work))
