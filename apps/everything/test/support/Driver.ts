/**
 * What the scenarios do with a client, whichever official client it is.
 *
 * Results are `unknown`: a scenario says what they have to be. Nothing here hides a difference between the clients that a user would see.
 */

/** An answer to a request of the server. */
export type Answer = { readonly [key: string]: unknown }

/** Answers a request of the server from its params. */
export type Answerer = (params: unknown) => Answer | Promise<Answer>

/** The requests that a server makes. */
export type ServerRequest = "sampling/createMessage" | "elicitation/create" | "roots/list"

/** The lists of a server. */
export type ListMethod = "tools/list" | "resources/list" | "resources/templates/list" | "prompts/list"

/** A step of a request's progress. */
export interface Progress {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** Options of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** A notification of the server. */
export interface Notification {
  readonly method: string
  readonly params?: unknown
}

/** A connected client. */
export interface Driver {
  readonly server: () => unknown
  readonly capabilities: () => unknown
  readonly instructions: () => string | undefined
  /** Asks for the least that there is: a ping with its empty answer, or what the server speaks where there is no ping. */
  readonly isAlive: () => Promise<boolean>
  readonly call: (name: string, args?: { readonly [name: string]: unknown }, options?: CallOptions) => Promise<unknown>
  /** One page, as the server sent it. */
  readonly page: (method: ListMethod, cursor?: string) => Promise<{ readonly [key: string]: unknown }>
  /** All pages of the tools, as the client's own method for it gives them. */
  readonly tools: () => Promise<ReadonlyArray<{ readonly name: string }>>
  readonly read: (uri: string) => Promise<unknown>
  readonly subscribe: (uri: string) => Promise<unknown>
  readonly unsubscribe: (uri: string) => Promise<unknown>
  readonly prompt: (name: string, args?: { readonly [name: string]: string }) => Promise<unknown>
  readonly complete: (params: {
    readonly ref: { readonly type: "ref/prompt"; readonly name: string } | {
      readonly type: "ref/resource"
      readonly uri: string
    }
    readonly argument: { readonly name: string; readonly value: string }
    readonly context?: { readonly arguments: { readonly [name: string]: string } }
  }) => Promise<unknown>
  /** Undefined for a client that wants no log messages, where that can be said. */
  readonly setLevel: (level: "debug" | "info" | "warning" | "emergency" | undefined) => Promise<unknown>
  /** Answers this request from now on. */
  readonly answer: (method: ServerRequest, answerer: Answerer) => void
  readonly rootsChanged: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a driver is made with. */
export interface DriverOptions {
  readonly onNotification: (notification: Notification) => void
}

/** What the clients tell the server that they can do. */
export const capabilities = {
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  roots: { listChanged: true }
}
