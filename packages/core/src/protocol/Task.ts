/**
 * Tasks of 2025-11-25: requests whose result is fetched later (TASK-10 to TASK-12).
 *
 * It is not the tasks extension of the stateless era (`TaskExtension`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { EmptyResult, NotificationMeta, ResultMeta } from "./Meta.ts"
import { PaginatedParams, PaginatedResult } from "./Pagination.ts"
import { RequestMeta } from "./RequestMeta.ts"

export { TaskMetadata } from "./TaskMetadata.ts"

/**
 * Where a task stands (TASK-14).
 *
 * @category schemas
 * @since 0.1.0
 */
export const TaskStatus = Schema.Literals(["working", "input_required", "completed", "failed", "cancelled"])

export type TaskStatus = typeof TaskStatus.Type

/**
 * A task: times in ISO 8601, durations in milliseconds, `null` for no limit.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Task = Schema.Struct({
  taskId: Schema.String,
  status: TaskStatus,
  statusMessage: Schema.optionalKey(Schema.String),
  createdAt: Schema.String,
  lastUpdatedAt: Schema.String,
  ttl: Schema.NullOr(Schema.Int),
  pollInterval: Schema.optionalKey(Schema.Int)
})

export interface Task extends Schema.Schema.Type<typeof Task> {}

/**
 * The value of `_meta["io.modelcontextprotocol/related-task"]` (META-22).
 *
 * @category schemas
 * @since 0.1.0
 */
export const RelatedTaskMetadata = Schema.Struct({
  taskId: Schema.String
})

export interface RelatedTaskMetadata extends Schema.Schema.Type<typeof RelatedTaskMetadata> {}

/**
 * The immediate result of a request run as a task.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CreateTaskResult = Schema.Struct({
  task: Task,
  _meta: Schema.optionalKey(ResultMeta)
})

export interface CreateTaskResult extends Schema.Schema.Type<typeof CreateTaskResult> {}

/** Requests about one task name it. */
const task = { taskId: Schema.String, _meta: Schema.optionalKey(RequestMeta) }

/**
 * The params of `tasks/get`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetTaskParams = Schema.Struct(task)

export interface GetTaskParams extends Schema.Schema.Type<typeof GetTaskParams> {}

/**
 * The result of `tasks/get`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetTaskResult = Schema.Struct({
  ...Task.fields,
  _meta: Schema.optionalKey(ResultMeta)
})

export interface GetTaskResult extends Schema.Schema.Type<typeof GetTaskResult> {}

/**
 * The params of `tasks/result`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetTaskPayloadParams = Schema.Struct(task)

export interface GetTaskPayloadParams extends Schema.Schema.Type<typeof GetTaskPayloadParams> {}

/**
 * The result of `tasks/result`: whatever the request itself would have given (TASK-18).
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetTaskPayloadResult = EmptyResult

export type GetTaskPayloadResult = EmptyResult

/**
 * The params of `tasks/cancel`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CancelTaskParams = Schema.Struct(task)

export interface CancelTaskParams extends Schema.Schema.Type<typeof CancelTaskParams> {}

/**
 * The result of `tasks/cancel`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CancelTaskResult = Schema.Struct(GetTaskResult.fields)

export interface CancelTaskResult extends Schema.Schema.Type<typeof CancelTaskResult> {}

/**
 * The params of `tasks/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListTasksParams = PaginatedParams

export type ListTasksParams = PaginatedParams

/**
 * The result of `tasks/list`: a page of tasks.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListTasksResult = Schema.Struct({
  ...PaginatedResult.fields,
  tasks: Schema.Array(Task)
})

export interface ListTasksResult extends Schema.Schema.Type<typeof ListTasksResult> {}

/**
 * The params of `notifications/tasks/status` (TASK-24).
 *
 * @category schemas
 * @since 0.1.0
 */
export const TaskStatusParams = Schema.Struct({
  ...Task.fields,
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface TaskStatusParams extends Schema.Schema.Type<typeof TaskStatusParams> {}
