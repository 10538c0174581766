/**
 * Tasks of the extension `io.modelcontextprotocol/tasks`, by its draft (XTASK-11, XTASK-18, XTASK-23).
 *
 * It is not part of any revision, and not the tasks of 2025-11-25 (`Task`).
 *
 * Spec: https://github.com/modelcontextprotocol/ext-tasks
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { InputRequests, InputResponses } from "./InputRequired.ts"
import { JsonObject } from "./JsonObject.ts"
import { ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"
import { TaskStatus } from "./Task.ts"

const task = {
  taskId: Schema.String,
  statusMessage: Schema.optionalKey(Schema.String),
  createdAt: Schema.String,
  lastUpdatedAt: Schema.String,
  ttlMs: Schema.NullOr(Schema.Int),
  pollIntervalMs: Schema.optionalKey(Schema.Int)
}

/**
 * A task: times in ISO 8601, durations in milliseconds, `null` for no limit.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Task = Schema.Struct({ ...task, status: TaskStatus })

export interface Task extends Schema.Schema.Type<typeof Task> {}

/**
 * A task at work.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WorkingTask = Schema.Struct({ ...task, status: Schema.Literal("working") })

export interface WorkingTask extends Schema.Schema.Type<typeof WorkingTask> {}

/**
 * A task that waits for input, with all that is outstanding.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputRequiredTask = Schema.Struct({
  ...task,
  status: Schema.Literal("input_required"),
  inputRequests: InputRequests
})

export interface InputRequiredTask extends Schema.Schema.Type<typeof InputRequiredTask> {}

/**
 * A task that is done, with its result.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CompletedTask = Schema.Struct({ ...task, status: Schema.Literal("completed"), result: JsonObject })

export interface CompletedTask extends Schema.Schema.Type<typeof CompletedTask> {}

/**
 * A task that failed, with its JSON-RPC error.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FailedTask = Schema.Struct({
  ...task,
  status: Schema.Literal("failed"),
  error: Schema.Struct({ code: Schema.Int, message: Schema.String, data: Schema.optionalKey(Schema.Unknown) })
})

export interface FailedTask extends Schema.Schema.Type<typeof FailedTask> {}

/**
 * A task that was cancelled.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CancelledTask = Schema.Struct({ ...task, status: Schema.Literal("cancelled") })

export interface CancelledTask extends Schema.Schema.Type<typeof CancelledTask> {}

/**
 * A task with what its status brings.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DetailedTask = Schema.Union([WorkingTask, InputRequiredTask, CompletedTask, FailedTask, CancelledTask])

export type DetailedTask = typeof DetailedTask.Type

/**
 * The result of a request that became a task: `resultType` is `task`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CreateTaskResult = Schema.Struct({
  ...Task.fields,
  resultType: Schema.Literal("task"),
  _meta: Schema.optionalKey(ResultMeta)
})

export interface CreateTaskResult extends Schema.Schema.Type<typeof CreateTaskResult> {}

/**
 * The params of `tasks/get` and `tasks/cancel`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TaskParams = Schema.Struct({
  taskId: Schema.String,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface TaskParams extends Schema.Schema.Type<typeof TaskParams> {}

/**
 * The params of `tasks/update`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UpdateTaskParams = Schema.Struct({
  taskId: Schema.String,
  inputResponses: InputResponses,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface UpdateTaskParams extends Schema.Schema.Type<typeof UpdateTaskParams> {}
