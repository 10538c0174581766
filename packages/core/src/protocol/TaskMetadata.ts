/**
 * The `task` member of a request asks for it to be run as a task (TASK-9; 2025-11-25).
 *
 * It is not the task (`Task`), which only exists once the receiver has made it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * How long the requester wants the task kept, in milliseconds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TaskMetadata = Schema.Struct({
  ttl: Schema.optionalKey(Schema.Int)
})

export interface TaskMetadata extends Schema.Schema.Type<typeof TaskMetadata> {}
