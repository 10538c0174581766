/**
 * Multi round-trip requests: a result that asks for input, and the params that bring it (MRTR-3 to MRTR-5, MRTR-18; stateless era).
 *
 * It does not look into `requestState`, which only its server understands (MRTR-19).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ElicitParams, ElicitResult } from "./Elicitation.ts"
import { ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"
import { ListRootsParams, ListRootsResult } from "./Root.ts"
import { CreateMessageParams, CreateMessageResult } from "./Sampling.ts"

/**
 * The methods whose result may ask for input (MRTR-1, MRTR-2).
 *
 * @category constants
 * @since 0.1.0
 */
export const methods: ReadonlySet<string> = new Set(["tools/call", "prompts/get", "resources/read"])

/**
 * A question to the client, as data: no id, no `jsonrpc` (MRTR-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputRequest = Schema.Union([
  Schema.Struct({ method: Schema.Literal("elicitation/create"), params: ElicitParams }),
  Schema.Struct({ method: Schema.Literal("sampling/createMessage"), params: CreateMessageParams }),
  Schema.Struct({ method: Schema.Literal("roots/list"), params: Schema.optionalKey(ListRootsParams) })
])

export type InputRequest = typeof InputRequest.Type

/**
 * The methods that a question may have (MRTR-5).
 *
 * @category constants
 * @since 0.1.0
 */
export const questions: ReadonlySet<string> = new Set(["elicitation/create", "sampling/createMessage", "roots/list"])

/**
 * Questions by key.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputRequests = Schema.Record(Schema.String, InputRequest)

export type InputRequests = typeof InputRequests.Type

/**
 * An answer: a bare result (MRTR-23).
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputResponse = Schema.Union([ElicitResult, CreateMessageResult, ListRootsResult])

export type InputResponse = typeof InputResponse.Type

/**
 * Answers by the keys of the questions.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputResponses = Schema.Record(Schema.String, InputResponse)

export type InputResponses = typeof InputResponses.Type

/**
 * The result of a request that needs input before it can go on.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputRequiredResult = Schema.Struct({
  inputRequests: Schema.optionalKey(InputRequests),
  requestState: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface InputRequiredResult extends Schema.Schema.Type<typeof InputRequiredResult> {}

/**
 * The params of a request that may bring answers to an earlier result.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputResponseParams = Schema.Struct({
  inputResponses: Schema.optionalKey(InputResponses),
  requestState: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface InputResponseParams extends Schema.Schema.Type<typeof InputResponseParams> {}
