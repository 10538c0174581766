/**
 * A `Revision` is one published version of the protocol as a value: its methods, their codecs, and what it does its own way.
 *
 * It is chosen once, and nobody else compares versions: what differs between revisions is here to be asked for.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#version-negotiation
 *
 * @since 0.1.0
 */
import type { InputRequiredResult } from "../protocol/InputRequired.ts"
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "../protocol/Methods.ts"
import type { CreateTaskResult } from "../protocol/Task.ts"
import type { Codec } from "./Codec.ts"
import type { Gate } from "./Gate.ts"

/**
 * How a request travels.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestCodec<Params, Result> {
  readonly method: string
  readonly params: Codec<Params>
  readonly result: Codec<Result>
  /** The capability of the receiver without which the method does not exist. */
  readonly gate: Gate | undefined
}

/**
 * How a notification travels.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotificationCodec<Params> {
  readonly method: string
  readonly params: Codec<Params>
  /** The capability under which it is sent. */
  readonly gate: Gate | undefined
}

/**
 * Requests by method. Their codecs check what they are given; `clientRequest` and the like give them their types back.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestCodecs = ReadonlyMap<string, RequestCodec<unknown, unknown>>

/**
 * Notifications by method.
 *
 * @category models
 * @since 0.1.0
 */
export type NotificationCodecs = ReadonlyMap<string, NotificationCodec<unknown>>

/**
 * What a revision does its own way.
 *
 * @category models
 * @since 0.1.0
 */
export interface RevisionFacts {
  readonly version: string
  /** Whether it opens with `initialize` and keeps a session, or carries everything in each request. */
  readonly era: "session" | "stateless"
  /** Whether a message may be an array of messages (BASE-18, BASE-21). */
  readonly batching: boolean
  /** Whether an error response may lack an id (BASE-8). */
  readonly errorIdOptional: boolean
  /** The code for a resource that does not exist (RES-10, RES-11). */
  readonly resourceNotFound: -32002 | -32602
  /** Whether there is an error of its own for a request that needs a capability which its client did not declare (META-16). */
  readonly capabilityError: boolean
  /** Whether arguments that do not fit are an error (-32602) or a result with `isError` (TOOL-22, TOOL-23). */
  readonly invalidToolArguments: "error" | "result"
  /** HTTP: whether a stream opens with an empty event that can be resumed from. */
  readonly primingEvent: boolean
  /** HTTP: whether each request after the handshake names the version in a header (INIT-17). */
  readonly protocolVersionHeader: boolean
  /** The ways to elicit; none where elicitation does not exist. */
  readonly elicitationModes: ReadonlyArray<"form" | "url">
  /** Whether there is a capability that announces completions (CAP-3). */
  readonly completionsCapability: boolean
  /** Whether sampling may offer tools to the model (SAMP-15). */
  readonly samplingTools: boolean
  /** What `structuredContent` may be: nothing, an object, or any JSON (TOOL-15, TOOL-16). */
  readonly structuredContent: "none" | "object" | "any"
}

/**
 * A revision of the protocol.
 *
 * @category models
 * @since 0.1.0
 */
export interface Revision extends RevisionFacts {
  readonly clientRequests: RequestCodecs
  readonly serverRequests: RequestCodecs
  readonly clientNotifications: NotificationCodecs
  readonly serverNotifications: NotificationCodecs
  /** The other result of requests that may ask for input; its `resultType` is `input_required` (MRTR-1). */
  readonly inputRequired: Codec<InputRequiredResult> | undefined
  /** The other result of requests that may become tasks; it has a `task` (TASK-10). */
  readonly createTask: Codec<CreateTaskResult> | undefined
}

/**
 * A request to a server, if the revision has it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const clientRequest = <M extends keyof ClientRequests>(
  revision: Revision,
  method: M
): RequestCodec<ClientRequests[M]["params"], ClientRequests[M]["result"]> | undefined =>
  // A revision's tables are built from the table of the same types, method by method.
  revision.clientRequests.get(method) as unknown as
    | RequestCodec<ClientRequests[M]["params"], ClientRequests[M]["result"]>
    | undefined

/**
 * A request to a client, if the revision has it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const serverRequest = <M extends keyof ServerRequests>(
  revision: Revision,
  method: M
): RequestCodec<ServerRequests[M]["params"], ServerRequests[M]["result"]> | undefined =>
  // As in `clientRequest`.
  revision.serverRequests.get(method) as unknown as
    | RequestCodec<ServerRequests[M]["params"], ServerRequests[M]["result"]>
    | undefined

/**
 * A notification to a server, if the revision has it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const clientNotification = <M extends keyof ClientNotifications>(
  revision: Revision,
  method: M
): NotificationCodec<ClientNotifications[M]["params"]> | undefined =>
  // As in `clientRequest`.
  revision.clientNotifications.get(method) as unknown as NotificationCodec<ClientNotifications[M]["params"]> | undefined

/**
 * A notification to a client, if the revision has it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const serverNotification = <M extends keyof ServerNotifications>(
  revision: Revision,
  method: M
): NotificationCodec<ServerNotifications[M]["params"]> | undefined =>
  // As in `clientRequest`.
  revision.serverNotifications.get(method) as unknown as NotificationCodec<ServerNotifications[M]["params"]> | undefined
