/**
 * What a running server lists, asked with plain JSON-RPC over Streamable HTTP.
 *
 * It uses no client library and nothing of this project, so that a fixture cannot be found by the bug that hides it.
 */
import { at } from "./Check.ts"
import type { Fixtures } from "./Expectation.ts"

/** The JSON-RPC messages of a reply, whether it came as JSON or as a stream of events. */
export const messages = (contentType: string, body: string): ReadonlyArray<unknown> => {
  if (!contentType.includes("text/event-stream")) return body === "" ? [] : [JSON.parse(body)]
  return body.split(/\r?\n\r?\n/)
    .map((event) =>
      event.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n").trim()
    )
    .filter((data) => data !== "")
    .map((data): unknown => JSON.parse(data))
}

const strings = (values: unknown, member: string): ReadonlyArray<string> =>
  Array.isArray(values) ? values.map((value) => at(value, member)).filter((value) => typeof value === "string") : []

/** Whether a revision has requests that stand alone, instead of sessions. */
export const isStateless = (revision: string): boolean => revision >= "2026-07-28"

const client = { name: "mcp-effect-conformance", version: "0.0.0" }

/** The headers and the params of a request at a revision that has no sessions. */
export const alone = (
  revision: string,
  method: string,
  params: object
): { readonly headers: { readonly [name: string]: string }; readonly params: object } => ({
  headers: { "mcp-method": method },
  params: {
    ...params,
    _meta: {
      "io.modelcontextprotocol/protocolVersion": revision,
      "io.modelcontextprotocol/clientInfo": client,
      "io.modelcontextprotocol/clientCapabilities": {}
    }
  }
})

/**
 * Pages through the four lists at a revision. Where the revision has sessions, this is done in one, which is ended; where
 * it has none, each page is a request by itself.
 */
export const ask = async (url: string, revision: string): Promise<Required<Fixtures>> => {
  const headers = new Headers({
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": revision
  })
  let id = 0
  const send = async (message: object, more: { readonly [name: string]: string } = {}) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message })
    const response = await fetch(url, {
      method: "POST",
      headers: { ...Object.fromEntries(headers), ...more },
      body,
      signal: AbortSignal.timeout(10_000)
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${body}: HTTP ${response.status} ${text}`)
    return { response, text }
  }
  const request = async (method: string, params: object) => {
    const made = isStateless(revision) ? alone(revision, method, params) : { headers: {}, params }
    const { response, text } = await send({ id: ++id, method, params: made.params }, made.headers)
    const reply = messages(response.headers.get("content-type") ?? "", text).find((one) => at(one, "id") === id)
    const result = at(reply, "result")
    if (result === undefined) throw new Error(`${method}: no result in ${text}`)
    return { result, session: response.headers.get("mcp-session-id") }
  }
  const list = async (method: string, member: string, name: string) => {
    const found: Array<string> = []
    const seen = new Set<unknown>()
    for (let cursor: unknown;;) {
      const { result } = await request(method, typeof cursor === "string" ? { cursor } : {})
      found.push(...strings(at(result, member), name))
      cursor = at(result, "nextCursor")
      if (cursor === undefined) return found
      if (seen.has(cursor)) throw new Error(`${method}: the cursor ${JSON.stringify(cursor)} came twice`)
      seen.add(cursor)
    }
  }
  const lists = async (): Promise<Required<Fixtures>> => ({
    tools: await list("tools/list", "tools", "name"),
    prompts: await list("prompts/list", "prompts", "name"),
    resources: await list("resources/list", "resources", "uri"),
    resourceTemplates: await list("resources/templates/list", "resourceTemplates", "uriTemplate")
  })
  if (isStateless(revision)) return lists()
  const { session } = await request("initialize", { protocolVersion: revision, capabilities: {}, clientInfo: client })
  if (session !== null) headers.set("mcp-session-id", session)
  await send({ method: "notifications/initialized" })
  const offered = await lists()
  if (session !== null) await fetch(url, { method: "DELETE", headers, signal: AbortSignal.timeout(10_000) })
  return offered
}
