/**
 * The rows of the table: which official client over which transport, each with a server of its own.
 */
import { NodeHttpServer } from "@mcp-effect/node/NodeHttpServer"
import { SSEClientTransport as SseV2, StreamableHTTPClientTransport as HttpV2 } from "@modelcontextprotocol/client"
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio"
import { SSEClientTransport as SseV1 } from "@modelcontextprotocol/sdk/client/sse.js"
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Http from "../../src/Http.ts"
import * as ClientV1 from "./ClientV1.ts"
import * as ClientV2 from "./ClientV2.ts"
import type { Driver, DriverOptions } from "./Driver.ts"
import { command } from "./Program.ts"

/** A connected client, and how to end it with its server. */
export interface Opened {
  readonly driver: Driver
  readonly close: () => Promise<void>
}

/** A client over a transport; `isStateless` when it opens no session. */
export interface Row {
  readonly client: string
  readonly isStateless?: true
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

// The server runs in this process, at a port of its own.
const httpServer = () =>
  ManagedRuntime.make(Layer.provide(Http.layer({ host: "127.0.0.1", port: 0, pageSize }), Logger.layer([])))

const overHttp = (connect: (url: URL, options: DriverOptions) => Promise<Driver>): Row["open"] => async (options) => {
  const server = httpServer()
  const { url } = await server.runPromise(NodeHttpServer)
  const driver = await connect(new URL(url), options)
  return {
    driver,
    close: async () => {
      await driver.close()
      await server.dispose()
    }
  }
}

/** How the official client finds out by itself what the server speaks, over each transport. */
export const probes: ReadonlyArray<{ readonly transport: string; readonly probe: () => Promise<string | undefined> }> =
  [
    { transport: "stdio", probe: () => ClientV2.eraFound(new StdioV2(program)) },
    {
      transport: "Streamable HTTP",
      probe: async () => {
        const server = httpServer()
        const { url } = await server.runPromise(NodeHttpServer)
        const found = await ClientV2.eraFound(new HttpV2(new URL(url)))
        await server.dispose()
        return found
      }
    }
  ]

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
  },
  {
    client: "SDK v1",
    transport: "Streamable HTTP",
    open: overHttp((url, options) => ClientV1.connect(new HttpV1(url), options))
  },
  {
    client: "SDK v2",
    transport: "Streamable HTTP",
    open: overHttp((url, options) => ClientV2.connect(new HttpV2(url), options))
  },
  {
    client: "SDK v2 without a session",
    isStateless: true,
    transport: "stdio",
    open: overStdio((options) => ClientV2.connectStateless(new StdioV2(program), options))
  },
  {
    client: "SDK v2 without a session",
    isStateless: true,
    transport: "Streamable HTTP",
    open: overHttp((url, options) => ClientV2.connectStateless(new HttpV2(url), options))
  },
  {
    client: "SDK v1",
    transport: "HTTP+SSE",
    open: overHttp((url, options) => ClientV1.connect(new SseV1(url), options))
  },
  {
    client: "SDK v2",
    transport: "HTTP+SSE",
    open: overHttp((url, options) => ClientV2.connect(new SseV2(url), options))
  }
]
