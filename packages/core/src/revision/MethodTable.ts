/**
 * Every method of the protocol with the schemas of its params and result and the capability that gates it.
 *
 * It does not say which revision has which method; a revision picks its own from here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { CancelledParams } from "../protocol/Cancellation.ts"
import { CompleteParams, CompleteResult } from "../protocol/Completion.ts"
import { DiscoverParams, DiscoverResult } from "../protocol/Discover.ts"
import { ElicitationCompleteParams, ElicitParams, ElicitResult } from "../protocol/Elicitation.ts"
import { InitializedParams, InitializeParams, InitializeResult } from "../protocol/Initialize.ts"
import { LoggingMessageParams, SetLevelParams } from "../protocol/Logging.ts"
import { EmptyResult, NotificationParams } from "../protocol/Meta.ts"
import type {
  ClientNotifications,
  ClientRequests,
  ServerNotifications,
  ServerRequests,
  TaskRequests
} from "../protocol/Methods.ts"
import { PingParams, PingResult } from "../protocol/Ping.ts"
import { ProgressParams } from "../protocol/Progress.ts"
import { GetPromptParams, GetPromptResult, ListPromptsParams, ListPromptsResult } from "../protocol/Prompt.ts"
import {
  ListResourcesParams,
  ListResourcesResult,
  ListResourceTemplatesParams,
  ListResourceTemplatesResult,
  ReadResourceParams,
  ReadResourceResult,
  ResourceUpdatedParams,
  SubscribeParams,
  UnsubscribeParams
} from "../protocol/Resource.ts"
import { ListRootsParams, ListRootsResult } from "../protocol/Root.ts"
import { CreateMessageParams, CreateMessageResult } from "../protocol/Sampling.ts"
import {
  SubscriptionsAcknowledgedParams,
  SubscriptionsListenParams,
  SubscriptionsListenResult
} from "../protocol/Subscription.ts"
import {
  CancelTaskParams,
  CancelTaskResult,
  GetTaskParams,
  GetTaskPayloadParams,
  GetTaskPayloadResult,
  GetTaskResult,
  ListTasksParams,
  ListTasksResult,
  TaskStatusParams
} from "../protocol/Task.ts"
import { CallToolParams, CallToolResult, ListToolsParams, ListToolsResult } from "../protocol/Tool.ts"
import * as Gate from "./Gate.ts"

/**
 * Request methods with the types of their params and results.
 *
 * @category models
 * @since 0.1.0
 */
export type Requests<R> = { readonly [M in keyof R]: { readonly params: object; readonly result: object } }

/**
 * Notification methods with the types of their params.
 *
 * @category models
 * @since 0.1.0
 */
export type Notifications<N> = { readonly [M in keyof N]: { readonly params: object } }

/**
 * The schemas and gate of each request.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestTable<R extends Requests<R>> = {
  readonly [M in keyof R]: {
    readonly params: Schema.Codec<R[M]["params"]>
    readonly result: Schema.Codec<R[M]["result"]>
    readonly gate?: Gate.Gate
  }
}

/**
 * The schemas and gate of each notification.
 *
 * @category models
 * @since 0.1.0
 */
export type NotificationTable<N extends Notifications<N>> = {
  readonly [M in keyof N]: {
    readonly params: Schema.Codec<N[M]["params"]>
    readonly gate?: Gate.Gate
  }
}

const taskRequests = (gate: typeof Gate.client): RequestTable<TaskRequests> => ({
  "tasks/get": { params: GetTaskParams, result: GetTaskResult, gate: gate("tasks") },
  "tasks/result": { params: GetTaskPayloadParams, result: GetTaskPayloadResult, gate: gate("tasks") },
  "tasks/list": { params: ListTasksParams, result: ListTasksResult, gate: gate("tasks", "list") },
  "tasks/cancel": { params: CancelTaskParams, result: CancelTaskResult, gate: gate("tasks", "cancel") }
})

const tools = Gate.server("tools")
const resources = Gate.server("resources")
const subscribe = Gate.server("resources", "subscribe")
const prompts = Gate.server("prompts")
const logging = Gate.server("logging")

/**
 * Requests a client sends to a server.
 *
 * @category tables
 * @since 0.1.0
 */
export const clientRequests: RequestTable<ClientRequests> = {
  "initialize": { params: InitializeParams, result: InitializeResult },
  "ping": { params: PingParams, result: PingResult },
  "server/discover": { params: DiscoverParams, result: DiscoverResult },
  "tools/list": { params: ListToolsParams, result: ListToolsResult, gate: tools },
  "tools/call": { params: CallToolParams, result: CallToolResult, gate: tools },
  "resources/list": { params: ListResourcesParams, result: ListResourcesResult, gate: resources },
  "resources/templates/list": {
    params: ListResourceTemplatesParams,
    result: ListResourceTemplatesResult,
    gate: resources
  },
  "resources/read": { params: ReadResourceParams, result: ReadResourceResult, gate: resources },
  "resources/subscribe": { params: SubscribeParams, result: EmptyResult, gate: subscribe },
  "resources/unsubscribe": { params: UnsubscribeParams, result: EmptyResult, gate: subscribe },
  "prompts/list": { params: ListPromptsParams, result: ListPromptsResult, gate: prompts },
  "prompts/get": { params: GetPromptParams, result: GetPromptResult, gate: prompts },
  "completion/complete": { params: CompleteParams, result: CompleteResult, gate: Gate.server("completions") },
  "logging/setLevel": { params: SetLevelParams, result: EmptyResult, gate: logging },
  // What may be listened to is gated kind by kind, so the request itself is not.
  "subscriptions/listen": { params: SubscriptionsListenParams, result: SubscriptionsListenResult },
  ...taskRequests(Gate.server)
}

/**
 * Requests a server sends to a client.
 *
 * @category tables
 * @since 0.1.0
 */
export const serverRequests: RequestTable<ServerRequests> = {
  "ping": { params: PingParams, result: PingResult },
  "roots/list": { params: ListRootsParams, result: ListRootsResult, gate: Gate.client("roots") },
  "sampling/createMessage": { params: CreateMessageParams, result: CreateMessageResult, gate: Gate.client("sampling") },
  "elicitation/create": { params: ElicitParams, result: ElicitResult, gate: Gate.client("elicitation") },
  ...taskRequests(Gate.client)
}

/**
 * Notifications a client sends to a server.
 *
 * @category tables
 * @since 0.1.0
 */
export const clientNotifications: NotificationTable<ClientNotifications> = {
  "notifications/initialized": { params: InitializedParams },
  "notifications/cancelled": { params: CancelledParams },
  "notifications/progress": { params: ProgressParams },
  "notifications/roots/list_changed": { params: NotificationParams, gate: Gate.client("roots", "listChanged") },
  "notifications/tasks/status": { params: TaskStatusParams, gate: Gate.client("tasks") }
}

/**
 * Notifications a server sends to a client.
 *
 * @category tables
 * @since 0.1.0
 */
export const serverNotifications: NotificationTable<ServerNotifications> = {
  "notifications/cancelled": { params: CancelledParams },
  "notifications/progress": { params: ProgressParams },
  "notifications/message": { params: LoggingMessageParams, gate: logging },
  "notifications/tools/list_changed": { params: NotificationParams, gate: Gate.server("tools", "listChanged") },
  "notifications/prompts/list_changed": { params: NotificationParams, gate: Gate.server("prompts", "listChanged") },
  "notifications/resources/list_changed": { params: NotificationParams, gate: Gate.server("resources", "listChanged") },
  "notifications/resources/updated": { params: ResourceUpdatedParams, gate: subscribe },
  "notifications/elicitation/complete": { params: ElicitationCompleteParams, gate: Gate.client("elicitation", "url") },
  "notifications/tasks/status": { params: TaskStatusParams, gate: Gate.server("tasks") },
  "notifications/subscriptions/acknowledged": { params: SubscriptionsAcknowledgedParams }
}
