/**
 * The revision 2025-11-25: tasks, icons, sampling with tools, elicitation by URL. The newest of the session era.
 *
 * It does not know what came with the stateless era: `resultType`, cache hints, multi round trips, structured content that is not an object.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../protocol/JsonObject.ts"
import type { SamplingMessageContentBlock, ToolResultContent } from "../protocol/Sampling.ts"
import type { CallToolResult, InputSchema, Tool } from "../protocol/Tool.ts"
import { structuredAsText } from "./Degraded.ts"
import * as Projection from "./Projection.ts"
import type { Revision } from "./Revision.ts"
import * as RevisionTables from "./RevisionTables.ts"
import { eachBlock } from "./SamplingContent.ts"
import * as SessionEra from "./SessionEra.ts"
import { at, chain, each, omit, type Step } from "./Step.ts"

/** In the schemas of the session era a property is an object, so `true` and `false` are said the long way. */
const properties = <A extends JsonObject | InputSchema>(schema: A): A => {
  const { properties } = schema
  if (!Predicate.isObject(properties) || !Object.values(properties).some(Predicate.isBoolean)) return schema
  const spelled = Object.entries(properties).map(([name, property]) =>
    Predicate.isBoolean(property) ? [name, property ? {} : { not: {} }] : [name, property]
  )
  return { ...schema, properties: Object.fromEntries(spelled) }
}

/** An output schema has an object at its root (TOOL-9). */
const outputSchema: Step<Tool> = (tool) =>
  tool.outputSchema === undefined || tool.outputSchema["type"] === "object" ? tool : omit<Tool>("outputSchema")(tool)

/** Structured content is an object (TOOL-15). */
const callToolResult: Step<CallToolResult> = (result) =>
  isObjectOrAbsent(result.structuredContent) ? result : unstructured(result)

const unstructured = chain<CallToolResult>(structuredAsText, omit("structuredContent"))

const toolResult: Step<SamplingMessageContentBlock> = (block) =>
  block.type === "tool_result" && !isObjectOrAbsent(block.structuredContent) ? unstructuredBlock(block) : block

const unstructuredBlock = chain<ToolResultContent>(structuredAsText, omit("structuredContent"))

const isObjectOrAbsent = (value: unknown): boolean => value === undefined || Predicate.isObject(value)

const messageContent = eachBlock(toolResult)

/**
 * What this revision does not know of the neutral model.
 *
 * @category projections
 * @since 0.1.0
 */
export const projection: Projection.Projection = Projection.older(Projection.neutral, {
  unknown: ["inputResponses", "requestState", "resultType", "ttlMs", "cacheScope"],
  tool: chain<Tool>(outputSchema, at("inputSchema", properties), at("outputSchema", properties)),
  callToolResult,
  samplingMessages: each(at("content", messageContent)),
  createMessageResult: at("content", messageContent)
})

/** A URL elicitation has an id (ELIC-23). */
const ElicitationWithId = Schema.Union([
  Schema.Struct({ mode: Schema.Literal("url"), elicitationId: Schema.String }),
  Schema.Struct({ mode: Schema.optionalKey(Schema.Literal("form")) })
])

/** Either side can have tasks. */
const tasks = ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"] as const

/**
 * The revision 2025-11-25.
 *
 * @category revisions
 * @since 0.1.0
 */
export const revision: Revision = RevisionTables.make({
  version: "2025-11-25",
  era: "session",
  batching: false,
  errorIdOptional: true,
  resourceNotFound: -32002,
  capabilityError: false,
  invalidToolArguments: "result",
  primingEvent: true,
  protocolVersionHeader: true,
  elicitationModes: ["form", "url"],
  completionsCapability: true,
  samplingTools: true,
  structuredContent: "object",
  createTask: true,
  projection,
  required: { "elicitation/create": { params: ElicitationWithId } },
  clientRequests: [...SessionEra.clientRequests, ...tasks],
  serverRequests: [...SessionEra.serverRequests, "elicitation/create", ...tasks],
  clientNotifications: [...SessionEra.clientNotifications, "notifications/tasks/status"],
  serverNotifications: [
    ...SessionEra.serverNotifications,
    "notifications/elicitation/complete",
    "notifications/tasks/status"
  ]
})
