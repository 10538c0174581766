/**
 * As `Run`, for entries that reply to each message: each reply is held against its own message.
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Predicate from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"
import * as Messages from "./Messages.ts"
import type * as Posts from "./Posts.ts"
import * as Run from "./Run.ts"

/** Messages that are on their way at a time. */
const together = 16

/** Messages of one session. */
const perSession = 1600

/** How long a reply may take, in milliseconds. */
const patience = 10_000

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" }

const { version } = Revisions.latest

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const bytesOf = (message: unknown) => encoder.encode(JSON.stringify(message))

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The messages of a reply. */
const messagesOf = (reply: Posts.Reply, text: string): ReadonlyArray<unknown> => {
  if (text === "") return []
  if (reply.header("content-type")?.startsWith("text/event-stream") !== true) return [parse(text)].flat()
  return text.split("\n\n").flatMap((event) =>
    event.split("\n").flatMap((line) =>
      line.startsWith("data:") && line.slice(5).trim() !== "" ? [parse(line.slice(5))] : []
    )
  )
}

// What a header cannot carry, or need not say, is left out.
const plain = (text: unknown): text is string => typeof text === "string" && /^[!-~]{1,200}$/.test(text)

const standingHeaders = (message: unknown): Posts.Headers => {
  const { method, params } = Predicate.isObject(message) ? message : { method: undefined, params: undefined }
  const { name, uri } = Predicate.isObject(params) ? params : { name: undefined, uri: undefined }
  return {
    ...json,
    "mcp-protocol-version": version,
    ...(plain(method) ? { "mcp-method": method } : undefined),
    ...(plain(uri) ? { "mcp-name": uri } : plain(name) ? { "mcp-name": name } : undefined)
  }
}

const speaksForItself = (message: unknown): boolean =>
  Predicate.isObject(message) && Predicate.isObject(message["params"]) &&
  Predicate.isObject(message["params"]["_meta"]) && version === message["params"]["_meta"][versionKey]

const versionKey = "io.modelcontextprotocol/protocolVersion"

/** Through an entry; a new session now and then, and messages that stand for themselves beside it. */
export const posts = async (
  client: Posts.Client,
  total: number,
  outcome: Run.Outcome,
  options: { readonly seed: number; readonly onProgress: () => void }
): Promise<void> => {
  const mutants = Run.supply(options.seed)
  const cancelled = new Set<unknown>()
  let good = 0

  const wrong = (about: string, said: Uint8Array) => void outcome.wrong.push({ about, said: [said] })
  const count = (name: string) => outcome.outcomes.set(name, (outcome.outcomes.get(name) ?? 0) + 1)

  const exchange = async (
    headers: Posts.Headers,
    body: Uint8Array,
    isEnough: (messages: ReadonlyArray<unknown>) => boolean
  ) => {
    const reply = await client.send("POST", headers, body)
    const asked = new Set<unknown>()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), patience)
    })
    const text = await Promise.race([
      late,
      reply.read((text) => {
        const messages = messagesOf(reply, text)
        for (const message of messages) {
          if (!Predicate.isObject(message) || message["method"] === undefined || message["id"] === undefined) continue
          if (asked.has(message["id"])) continue
          asked.add(message["id"])
          const result = { role: "assistant", model: "m", content: { type: "text", text: "x" } }
          void client.send("POST", headers, bytesOf({ jsonrpc: "2.0", id: message["id"], result }))
            .then((reply) => reply.read(() => false))
        }
        return isEnough(messages)
      })
    ])
    clearTimeout(timer)
    return { reply, messages: text === undefined ? undefined : messagesOf(reply, text) }
  }

  const remove = async (session: string) => {
    const reply = await client.send("DELETE", { "mcp-session-id": session }, new Uint8Array())
    await reply.read(() => false)
  }

  const hostile = async (session: Posts.Headers, own: string | undefined) => {
    const { bytes, kind } = mutants()
    outcome.sent++
    outcome.kinds.set(kind, (outcome.kinds.get(kind) ?? 0) + 1)
    const message = parse(decoder.decode(bytes))
    // now and then as what it is not
    const isInSession = speaksForItself(message) === (outcome.sent % 10 === 0)
    const requests = [message].flat().filter((one): one is JsonRpc.Request => JsonRpc.classify(one) === "Request")
    const isStanding = requests.some(({ method }) => method === "subscriptions/listen")
    const note = Predicate.isObject(message) && message["method"] === "notifications/cancelled"
      ? message["params"]
      : undefined
    if (Predicate.isObject(note)) cancelled.add(note["requestId"])
    const { messages, reply } = await exchange(
      isInSession ? session : standingHeaders(message),
      bytes,
      (messages) => isStanding && messages.length > 0
    )
    const other = reply.header("mcp-session-id")
    if (other !== undefined && other !== own) await remove(other)
    count(`status ${reply.status}`)
    if (reply.status >= 500) return wrong(`it was refused with ${reply.status}`, bytes)
    if (messages === undefined) return wrong("the reply did not end", bytes)
    for (const one of messages) {
      if (!Predicate.isObject(one)) return wrong(`it said ${JSON.stringify(one)}`, bytes)
      const { error } = one
      if (!Predicate.isObject(error)) continue
      count(`error ${String(error["code"])}`)
      if (error["code"] === JsonRpc.internalError) wrong(`it failed: ${JSON.stringify(one)}`, bytes)
    }
    if (reply.status >= 400 || isStanding) return
    if (reply.status === 202 && requests.length > 0) return wrong("a request was only accepted", bytes)
    for (const { id } of requests) {
      const answers = messages.filter((one) =>
        Predicate.isObject(one) && one["id"] === id && one["method"] === undefined
      )
      const isInUse = messages.some((one) => JSON.stringify(one).includes("already in use"))
      if (answers.length > 1 && requests.length === 1) {
        wrong(`${answers.length} answers to ${JSON.stringify(id)}`, bytes)
      }
      if (answers.length === 0 && !cancelled.has(id) && !isInUse) {
        wrong(`${reply.status}, and no answer to ${JSON.stringify(id)}: ${JSON.stringify(messages)}`, bytes)
      }
    }
  }

  const right = async (session: Posts.Headers) => {
    const id = `good-${good++}`
    const value = { value: [id, { a: good }] }
    const params = { name: "echo", arguments: value }
    const isStanding = good % 2 === 0
    const message = {
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: isStanding ? { ...params, _meta: Messages.meta } : params
    }
    const { messages } = await exchange(isStanding ? standingHeaders(message) : session, bytesOf(message), () => false)
    const answer = messages?.find((one) => Predicate.isObject(one) && one["id"] === id)
    const result = Predicate.isObject(answer) ? answer["result"] : undefined
    if (!Predicate.isObject(result) || !isDeepStrictEqual(result["structuredContent"], value)) {
      wrong(`a good request was answered ${JSON.stringify(messages)}`, bytesOf(message))
    }
  }

  while (outcome.sent < total && outcome.wrong.length < 20) {
    const revision = Revisions.latestOfSessionEra
    const { reply } = await exchange(json, bytesOf(Messages.hello(revision)), () => false)
    const own = reply.header("mcp-session-id")
    const session = { ...json, "mcp-session-id": own ?? "", "mcp-protocol-version": revision.version }
    await exchange(session, bytesOf({ jsonrpc: "2.0", method: "notifications/initialized" }), () => false)
    for (let sent = 0; sent < perSession && outcome.sent < total; sent += together) {
      cancelled.clear()
      await Promise.all([right(session), ...Array.from({ length: together }, () => hostile(session, own))])
    }
    if (own !== undefined) await remove(own)
    options.onProgress()
  }
}
