/**
 * The official client of `@modelcontextprotocol/client` 2.x as a `Driver`.
 */
import { Client, type Transport } from "@modelcontextprotocol/client"
import { capabilities, type Driver, type DriverOptions } from "./Driver.ts"

/** Connects. */
export const connect = async (transport: Transport, options: DriverOptions): Promise<Driver> => {
  const client = new Client({ name: "sdk-v2", version: "2.4.0" }, { capabilities })
  client.fallbackNotificationHandler = async ({ method, params }) => options.onNotification({ method, params })
  await client.connect(transport)
  return {
    server: () => client.getServerVersion(),
    capabilities: () => client.getServerCapabilities(),
    instructions: () => client.getInstructions(),
    ping: () => client.ping(),
    call: (name, args, { onProgress, signal } = {}) =>
      client.callTool({ name, ...(args === undefined ? {} : { arguments: args }) }, {
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onprogress: onProgress })
      }),
    page: (method, cursor) => client.request({ method, params: cursor === undefined ? {} : { cursor } }),
    tools: async () => (await client.listTools()).tools,
    read: (uri) => client.readResource({ uri }),
    subscribe: (uri) => client.subscribeResource({ uri }),
    unsubscribe: (uri) => client.unsubscribeResource({ uri }),
    prompt: (name, args) => client.getPrompt({ name, ...(args === undefined ? {} : { arguments: args }) }),
    complete: (params) => client.complete(params),
    setLevel: (level) => client.setLoggingLevel(level),
    // what a scenario answers is the result of that method, which the client validates
    answer: (method, answerer) => client.setRequestHandler(method, ({ params }) => answerer(params) as never),
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close()
  }
}
