/**
 * The revision 2025-06-18: elicitation by form, structured tool output, resource links, titles, `_meta` on nouns.
 *
 * It does not know what came with 2025-11-25: tasks, icons, sampling with tools or several blocks, elicitation by URL, the newer choices
 * and defaults of forms.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-06-18
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { ClientCapabilities, ServerCapabilities } from "../protocol/Capabilities.ts"
import type { ContentBlock, ResourceLink } from "../protocol/Content.ts"
import type { ElicitParams, ElicitResult } from "../protocol/Elicitation.ts"
import type { PrimitiveSchemaDefinition, RequestedSchema } from "../protocol/ElicitationSchema.ts"
import type { CreateMessageResult, SamplingMessage } from "../protocol/Sampling.ts"
import { toolsAsText } from "./Degraded.ts"
import * as Projection from "./Projection.ts"
import type { Revision } from "./Revision.ts"
import * as Newer from "./Revision20251125.ts"
import * as RevisionTables from "./RevisionTables.ts"
import { blocks } from "./SamplingContent.ts"
import * as SessionEra from "./SessionEra.ts"
import { at, chain, eachValue, omit, type Step } from "./Step.ts"

/** Elicitation is by form only, so that a client with URLs alone has none. */
const elicitation: Step<ClientCapabilities> = (capabilities) => {
  const modes = capabilities.elicitation
  return modes?.url !== undefined && modes.form === undefined
    ? omit<ClientCapabilities>("elicitation")(capabilities)
    : at<ClientCapabilities, "elicitation">("elicitation", omit("form", "url"))(capabilities)
}

const link: Step<ContentBlock> = (block) => block.type === "resource_link" ? omit<ResourceLink>("icons")(block) : block

/** A message has one block (SAMP-4): several become as many messages, and tools become text. */
const messages: Step<ReadonlyArray<SamplingMessage>> = (messages) =>
  messages.flatMap((message) => {
    const { _meta, content, ...rest } = message
    return blocks(content).map((block) => ({ ...rest, content: toolsAsText(block) }))
  })

/** A result has one block: all its text in one, else its first block. */
const answer: Step<CreateMessageResult> = (result) => {
  const content = blocks(result.content).map(toolsAsText)
  const text = content.flatMap((block) => block.type === "text" ? [block.text] : [])
  const [first] = content
  if (content.length === 1 && first !== undefined) return { ...result, content: first }
  return {
    ...result,
    content: text.length > 0 || first === undefined ? { type: "text", text: text.join("\n") } : first
  }
}

/** A choice is a string with `enum` and `enumNames` (ELIC-11), and only a boolean has a default (ELIC-10). */
const field: Step<PrimitiveSchemaDefinition> = (definition) => {
  if (definition.type === "boolean") return definition
  if (definition.type === "array") {
    // There is no choice of several: one of them is the nearest question this revision can ask.
    const { default: _default, items, maxItems: _maxItems, minItems: _minItems, ...rest } = definition
    return { ...rest, type: "string", ...("anyOf" in items ? titled(items.anyOf) : { enum: items.enum }) }
  }
  if ("oneOf" in definition) {
    const { default: _default, oneOf, ...rest } = definition
    return { ...rest, ...titled(oneOf) }
  }
  const { default: _default, ...rest } = definition
  return rest
}

const titled = (choices: ReadonlyArray<{ readonly const: string; readonly title: string }>) => ({
  enum: choices.map((choice) => choice.const),
  enumNames: choices.map((choice) => choice.title)
})

const form: Step<ElicitParams> = (params) => {
  if (!("requestedSchema" in params)) return params
  const { mode: _mode, requestedSchema, ...rest } = params
  return { ...rest, requestedSchema: requested(requestedSchema) }
}

const requested: Step<RequestedSchema> = chain(omit("$schema"), at("properties", eachValue(field)))

/** An answer has no lists. */
const flat: Step<ElicitResult> = at("content", eachValue((value) => Array.isArray(value) ? value.join(", ") : value))

/**
 * What this revision does not know of the neutral model.
 *
 * @category projections
 * @since 0.1.0
 */
export const projection: Projection.Projection = Projection.older(Newer.projection, {
  unknown: ["task"],
  implementation: omit("icons", "description", "websiteUrl"),
  clientCapabilities: chain<ClientCapabilities>(
    omit("tasks"),
    at("sampling", omit("context", "tools")),
    elicitation
  ),
  serverCapabilities: omit<ServerCapabilities>("tasks"),
  tool: omit("icons", "execution"),
  prompt: omit("icons"),
  resource: omit("icons"),
  resourceTemplate: omit("icons"),
  content: link,
  samplingMessages: messages,
  createMessageParams: omit("tools", "toolChoice"),
  createMessageResult: answer,
  elicitParams: form,
  elicitResult: flat
})

/** The request that a cancellation means has to be named (CANC-5). */
const Cancelled = Schema.Struct({ requestId: Schema.Union([Schema.String, Schema.Int]) })

/**
 * What has to be there in this revision and those before it.
 *
 * @category projections
 * @since 0.1.0
 */
export const required: { readonly [method: string]: RevisionTables.Requirement } = {
  "notifications/cancelled": { params: Cancelled },
  // There are no other elicitations than forms (ELIC-3).
  "elicitation/create": { params: Schema.Struct({ requestedSchema: Schema.Record(Schema.String, Schema.Unknown) }) }
}

/**
 * The revision 2025-06-18.
 *
 * @category revisions
 * @since 0.1.0
 */
export const revision: Revision = RevisionTables.make({
  version: "2025-06-18",
  era: "session",
  batching: false,
  errorIdOptional: false,
  resourceNotFound: -32002,
  capabilityError: false,
  invalidToolArguments: "error",
  primingEvent: false,
  protocolVersionHeader: true,
  elicitationModes: ["form"],
  completionsCapability: true,
  samplingTools: false,
  structuredContent: "object",
  projection,
  required,
  clientRequests: SessionEra.clientRequests,
  serverRequests: [...SessionEra.serverRequests, "elicitation/create"],
  clientNotifications: SessionEra.clientNotifications,
  serverNotifications: SessionEra.serverNotifications
})
