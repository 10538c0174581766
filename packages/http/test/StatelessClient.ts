/**
 * What a client of the stateless era sends: each request says in itself, and again in its headers, all that is to be known of it.
 *
 * @since 0.1.0
 */
import * as Client from "./NeutralClient.ts"

export const version = "2026-07-28"

/** What a request says of itself. */
export const meta = (more: object = {}) => ({
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  ...more
})

/** A request that stands for itself. */
export const request = (id: string | number, method: string, params: object = {}, more: object = {}) =>
  Client.request(id, method, { ...params, _meta: meta(more) })

/** A call of a tool. */
export const call = (id: string | number, name: string, args: object = {}, more: object = {}) =>
  request(id, "tools/call", { name, arguments: args }, more)

/** The headers that go with a message. */
export const headersOf = (message: { readonly method: string; readonly params?: any }): Record<string, string> => {
  const name: unknown = message.params?.uri ?? message.params?.name
  return {
    "mcp-protocol-version": version,
    "mcp-method": message.method,
    ...(typeof name === "string" ? { "mcp-name": name } : {})
  }
}
