/**
 * The official client of `@modelcontextprotocol/client` 2.x as a `Driver`.
 */
import { Client, type McpSubscription, type Transport } from "@modelcontextprotocol/client"
import { capabilities, type Driver, type DriverOptions } from "./Driver.ts"

/** Connects, and opens a session. */
export const connect = async (transport: Transport, options: DriverOptions): Promise<Driver> => {
  const client = new Client({ name: "sdk-v2", version: "2.4.0" }, { capabilities })
  client.fallbackNotificationHandler = async ({ method, params }) => options.onNotification({ method, params })
  await client.connect(transport)
  return {
    server: () => client.getServerVersion(),
    capabilities: () => client.getServerCapabilities(),
    instructions: () => client.getInstructions(),
    isAlive: async () => Object.keys(await client.ping()).length === 0,
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
    setLevel: async (level) => level === undefined ? {} : client.setLoggingLevel(level),
    // what a scenario answers is the result of that method, which the client validates
    answer: (method, answerer) => client.setRequestHandler(method, ({ params }) => answerer(params) as never),
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close()
  }
}

/** The era that the client finds by itself: it probes, and falls back to a session. */
export const eraFound = async (transport: Transport): Promise<string | undefined> => {
  const client = new Client({ name: "sdk-v2", version: "2.4.0" }, {
    capabilities,
    versionNegotiation: { mode: "auto" }
  })
  await client.connect(transport)
  const era = client.getProtocolEra()
  await client.close()
  return era
}

const serverInfo = "io.modelcontextprotocol/serverInfo"

// Every result says which server it is from (META-17); what it says beside that is the scenario's to look at.
const withoutServer = <A extends { readonly _meta?: { readonly [key: string]: unknown } | undefined }>(result: A) => {
  const { _meta: { [serverInfo]: server, ...meta } = {}, ...rest } = result
  if (server === undefined) throw new Error("The result does not say which server it is from")
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta }
}

/**
 * Connects without a session: the client speaks 2026-07-28, and every request stands for itself.
 *
 * What a session remembers, this says with each call (the level of log messages) or keeps a stream open for (the news of lists and resources).
 */
export const connectStateless = async (transport: Transport, options: DriverOptions): Promise<Driver> => {
  const client = new Client({ name: "sdk-v2", version: "2.4.0" }, {
    capabilities,
    versionNegotiation: { mode: { pin: "2026-07-28" } }
  })
  client.fallbackNotificationHandler = async ({ method, params }) => {
    // news say which subscription they belong to (META-19); to a scenario they are news
    const { _meta: _, ...rest } = params ?? {}
    options.onNotification({ method, params: rest })
  }
  await client.connect(transport)
  await client.listen({ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true })
  const subscriptions = new Map<string, McpSubscription>()
  let meta: { readonly [key: string]: unknown } = {}
  return {
    server: () => client.getServerVersion(),
    capabilities: () => client.getServerCapabilities(),
    instructions: () => client.getInstructions(),
    isAlive: async () => (await client.discover()).supportedVersions.includes("2026-07-28"),
    call: async (name, args, { onProgress, signal } = {}) =>
      withoutServer(
        await client.callTool({ name, _meta: meta, ...(args === undefined ? {} : { arguments: args }) }, {
          ...(signal === undefined ? {} : { signal }),
          ...(onProgress === undefined ? {} : { onprogress: onProgress })
        })
      ),
    page: (method, cursor) => client.request({ method, params: cursor === undefined ? {} : { cursor } }),
    tools: async () => (await client.listTools()).tools,
    read: async (uri) => {
      const { cacheScope: _, ttlMs: __, ...result } = withoutServer(await client.readResource({ uri }))
      return result
    },
    subscribe: async (uri) => {
      const subscription = await client.listen({ resourceSubscriptions: [uri] })
      subscriptions.set(uri, subscription)
      return subscription.honoredFilter.resourceSubscriptions?.includes(uri) === true ? {} : subscription.honoredFilter
    },
    unsubscribe: async (uri) => {
      await subscriptions.get(uri)?.close()
      return {}
    },
    prompt: async (name, args) =>
      withoutServer(await client.getPrompt({ name, ...(args === undefined ? {} : { arguments: args }) })),
    complete: async (params) => withoutServer(await client.complete(params)),
    setLevel: (level) => {
      meta = level === undefined ? {} : { "io.modelcontextprotocol/logLevel": level }
      return Promise.resolve({})
    },
    answer: (method, answerer) => client.setRequestHandler(method, ({ params }) => answerer(params) as never),
    rootsChanged: () => Promise.resolve(),
    close: () => client.close()
  }
}
