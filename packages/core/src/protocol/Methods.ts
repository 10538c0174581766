/**
 * The methods of the protocol, with the types of their params and results, by who sends them.
 *
 * It does not say which revision has which method: that is a `Revision`'s tables.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import type { CancelledParams } from "./Cancellation.ts"
import type { CompleteParams, CompleteResult } from "./Completion.ts"
import type { DiscoverParams, DiscoverResult } from "./Discover.ts"
import type { ElicitationCompleteParams, ElicitParams, ElicitResult } from "./Elicitation.ts"
import type { InitializedParams, InitializeParams, InitializeResult } from "./Initialize.ts"
import type { LoggingMessageParams, SetLevelParams } from "./Logging.ts"
import type { EmptyResult, NotificationParams } from "./Meta.ts"
import type { PingParams, PingResult } from "./Ping.ts"
import type { ProgressParams } from "./Progress.ts"
import type { GetPromptParams, GetPromptResult, ListPromptsParams, ListPromptsResult } from "./Prompt.ts"
import type {
  ListResourcesParams,
  ListResourcesResult,
  ListResourceTemplatesParams,
  ListResourceTemplatesResult,
  ReadResourceParams,
  ReadResourceResult,
  ResourceUpdatedParams,
  SubscribeParams,
  UnsubscribeParams
} from "./Resource.ts"
import type { ListRootsParams, ListRootsResult } from "./Root.ts"
import type { CreateMessageParams, CreateMessageResult } from "./Sampling.ts"
import type {
  SubscriptionsAcknowledgedParams,
  SubscriptionsListenParams,
  SubscriptionsListenResult
} from "./Subscription.ts"
import type {
  CancelTaskParams,
  CancelTaskResult,
  GetTaskParams,
  GetTaskPayloadParams,
  GetTaskPayloadResult,
  GetTaskResult,
  ListTasksParams,
  ListTasksResult,
  TaskStatusParams
} from "./Task.ts"
import type { CallToolParams, CallToolResult, ListToolsParams, ListToolsResult } from "./Tool.ts"

/**
 * Requests about tasks, which go in both directions.
 *
 * @category models
 * @since 0.1.0
 */
export interface TaskRequests {
  readonly "tasks/get": { readonly params: GetTaskParams; readonly result: GetTaskResult }
  readonly "tasks/result": { readonly params: GetTaskPayloadParams; readonly result: GetTaskPayloadResult }
  readonly "tasks/list": { readonly params: ListTasksParams; readonly result: ListTasksResult }
  readonly "tasks/cancel": { readonly params: CancelTaskParams; readonly result: CancelTaskResult }
}

/**
 * Requests a client sends to a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientRequests extends TaskRequests {
  readonly "initialize": { readonly params: InitializeParams; readonly result: InitializeResult }
  readonly "ping": { readonly params: PingParams; readonly result: PingResult }
  readonly "server/discover": { readonly params: DiscoverParams; readonly result: DiscoverResult }
  readonly "tools/list": { readonly params: ListToolsParams; readonly result: ListToolsResult }
  readonly "tools/call": { readonly params: CallToolParams; readonly result: CallToolResult }
  readonly "resources/list": { readonly params: ListResourcesParams; readonly result: ListResourcesResult }
  readonly "resources/templates/list": {
    readonly params: ListResourceTemplatesParams
    readonly result: ListResourceTemplatesResult
  }
  readonly "resources/read": { readonly params: ReadResourceParams; readonly result: ReadResourceResult }
  readonly "resources/subscribe": { readonly params: SubscribeParams; readonly result: EmptyResult }
  readonly "resources/unsubscribe": { readonly params: UnsubscribeParams; readonly result: EmptyResult }
  readonly "prompts/list": { readonly params: ListPromptsParams; readonly result: ListPromptsResult }
  readonly "prompts/get": { readonly params: GetPromptParams; readonly result: GetPromptResult }
  readonly "completion/complete": { readonly params: CompleteParams; readonly result: CompleteResult }
  readonly "logging/setLevel": { readonly params: SetLevelParams; readonly result: EmptyResult }
  readonly "subscriptions/listen": {
    readonly params: SubscriptionsListenParams
    readonly result: SubscriptionsListenResult
  }
}

/**
 * Requests a server sends to a client.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerRequests extends TaskRequests {
  readonly "ping": { readonly params: PingParams; readonly result: PingResult }
  readonly "roots/list": { readonly params: ListRootsParams; readonly result: ListRootsResult }
  readonly "sampling/createMessage": { readonly params: CreateMessageParams; readonly result: CreateMessageResult }
  readonly "elicitation/create": { readonly params: ElicitParams; readonly result: ElicitResult }
}

/**
 * Notifications a client sends to a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientNotifications {
  readonly "notifications/initialized": { readonly params: InitializedParams }
  readonly "notifications/cancelled": { readonly params: CancelledParams }
  readonly "notifications/progress": { readonly params: ProgressParams }
  readonly "notifications/roots/list_changed": { readonly params: NotificationParams }
  readonly "notifications/tasks/status": { readonly params: TaskStatusParams }
}

/**
 * Notifications a server sends to a client.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerNotifications {
  readonly "notifications/cancelled": { readonly params: CancelledParams }
  readonly "notifications/progress": { readonly params: ProgressParams }
  readonly "notifications/message": { readonly params: LoggingMessageParams }
  readonly "notifications/tools/list_changed": { readonly params: NotificationParams }
  readonly "notifications/prompts/list_changed": { readonly params: NotificationParams }
  readonly "notifications/resources/list_changed": { readonly params: NotificationParams }
  readonly "notifications/resources/updated": { readonly params: ResourceUpdatedParams }
  readonly "notifications/elicitation/complete": { readonly params: ElicitationCompleteParams }
  readonly "notifications/tasks/status": { readonly params: TaskStatusParams }
  readonly "notifications/subscriptions/acknowledged": { readonly params: SubscriptionsAcknowledgedParams }
}
