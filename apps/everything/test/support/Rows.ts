/**
 * The rows of the table: which official client over which transport, each with a server of its own.
 */
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio"
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as ClientV1 from "./ClientV1.ts"
import * as ClientV2 from "./ClientV2.ts"
import type { Driver, DriverOptions } from "./Driver.ts"
import { command } from "./Program.ts"

/** A connected client, and how to end it with its server. */
export interface Opened {
  readonly driver: Driver
  readonly close: () => Promise<void>
}

/** A client over a transport. */
export interface Row {
  readonly client: string
  readonly transport: string
  readonly open: (options: DriverOptions) => Promise<Opened>
}

// Small enough that every list of the server has several pages.
const pageSize = 5

const program = { ...command(["stdio", "--page-size", String(pageSize)]), stderr: "ignore" as const }

const overStdio = (connect: (options: DriverOptions) => Promise<Driver>): Row["open"] => async (options) => {
  const driver = await connect(options)
  return { driver, close: driver.close }
}

/** The rows. */
export const rows: ReadonlyArray<Row> = [
  {
    client: "SDK v1",
    transport: "stdio",
    open: overStdio((options) => ClientV1.connect(new StdioV1(program), options))
  },
  {
    client: "SDK v2",
    transport: "stdio",
    open: overStdio((options) => ClientV2.connect(new StdioV2(program), options))
  }
]
