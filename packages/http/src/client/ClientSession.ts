/**
 * A `ClientSession` is what a transport knows of its session: the id that the server gave out, and the revision that was agreed on.
 *
 * It is not the protocol's session: what was negotiated besides is the client's to know.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import type * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as MessageHeaders from "./MessageHeaders.ts"

/**
 * A session.
 *
 * @category models
 * @since 0.1.0
 */
export class ClientSession {
  /** Servers need not give one out (HTTP-45). */
  readonly id: Redacted.Redacted | undefined
  // made once: the headers of its POSTs, with the version (INIT-17, HTTP-57) and the id (HTTP-49)
  #post: Record<string, string>
  #own: Record<string, string>

  private constructor(id: Redacted.Redacted | undefined) {
    this.id = id
    this.#own = id === undefined ? {} : { "mcp-session-id": Redacted.value(id) }
    this.#post = { ...MessageHeaders.post, ...this.#own }
  }

  /** What there is before `initialize` was answered, and where a server keeps none. */
  static get none(): ClientSession {
    return new ClientSession(undefined)
  }

  /** The session that the reply to `initialize` begins; undefined when its id is none (HTTP-47). */
  static of(headers: Headers.Headers): ClientSession | undefined {
    const id = headers["mcp-session-id"]
    if (id !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(id)) return undefined
    return new ClientSession(id === undefined ? undefined : Redacted.make(id, { label: "session id" }))
  }

  /** Takes the answer to `initialize`; false when it is an error. */
  agree(answer: unknown): boolean {
    const { result } = answer as Partial<JsonRpc.ResultResponse>
    if (!Predicate.isObject(result)) return false
    const version = result["protocolVersion"]
    if (typeof version === "string" && Revisions.byVersion(version)?.protocolVersionHeader === true) {
      this.#own = { ...this.#own, "mcp-protocol-version": version }
      this.#post = { ...this.#post, "mcp-protocol-version": version }
    }
    return true
  }

  /** The headers of each POST. */
  get postHeaders(): Record<string, string> {
    return this.#post
  }

  /** The headers of a GET, which goes on after an event, if there is one to go on after (HTTP-42). */
  getHeaders(lastEventId: string): Record<string, string> {
    return lastEventId === ""
      ? { ...MessageHeaders.get, ...this.#own }
      : { ...MessageHeaders.get, ...this.#own, "last-event-id": lastEventId }
  }

  /** The headers of the DELETE that ends it (HTTP-54). */
  get deleteHeaders(): Record<string, string> {
    return this.#own
  }
}
