/**
 * The official client of `@modelcontextprotocol/sdk` 1.x as a `Driver`.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListRootsRequestSchema,
  ListToolsResultSchema
} from "@modelcontextprotocol/sdk/types.js"
import { capabilities, type Driver, type DriverOptions } from "./Driver.ts"

const resultSchemas = {
  "tools/list": ListToolsResultSchema,
  "resources/list": ListResourcesResultSchema,
  "resources/templates/list": ListResourceTemplatesResultSchema,
  "prompts/list": ListPromptsResultSchema
}

const requestSchemas = {
  "sampling/createMessage": CreateMessageRequestSchema,
  "elicitation/create": ElicitRequestSchema,
  "roots/list": ListRootsRequestSchema
}

// With exact optional properties, the SDK's own HTTP transport does not fit its interface: its `sessionId` may be undefined.
type AnyTransport = Omit<Transport, "sessionId"> & { readonly sessionId?: string | undefined }

/** Connects. */
export const connect = async (transport: AnyTransport, options: DriverOptions): Promise<Driver> => {
  const client = new Client({ name: "sdk-v1", version: "1.32.2" }, { capabilities })
  client.fallbackNotificationHandler = async ({ method, params }) => options.onNotification({ method, params })
  await client.connect(transport as Transport)
  return {
    server: () => client.getServerVersion(),
    capabilities: () => client.getServerCapabilities(),
    instructions: () => client.getInstructions(),
    isAlive: async () => Object.keys(await client.ping()).length === 0,
    call: (name, args, { onProgress, signal } = {}) =>
      client.callTool({ name, ...(args === undefined ? {} : { arguments: args }) }, undefined, {
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onprogress: onProgress })
      }),
    page: (method, cursor) =>
      client.request({ method, params: cursor === undefined ? {} : { cursor } }, resultSchemas[method]),
    tools: async () => {
      const found: Array<{ readonly name: string }> = []
      let cursor: string | undefined
      do {
        const page = await client.listTools(cursor === undefined ? {} : { cursor })
        found.push(...page.tools)
        cursor = page.nextCursor
      } while (cursor !== undefined)
      return found
    },
    read: (uri) => client.readResource({ uri }),
    subscribe: (uri) => client.subscribeResource({ uri }),
    unsubscribe: (uri) => client.unsubscribeResource({ uri }),
    prompt: (name, args) => client.getPrompt({ name, ...(args === undefined ? {} : { arguments: args }) }),
    complete: (params) => client.complete(params),
    setLevel: async (level) => level === undefined ? {} : client.setLoggingLevel(level),
    answer: (method, answerer) =>
      client.setRequestHandler(requestSchemas[method], (request) => answerer(request.params)),
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close()
  }
}
