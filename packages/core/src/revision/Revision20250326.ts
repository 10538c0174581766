/**
 * The revision 2025-03-26: audio, tool annotations, completions as a capability, batches.
 *
 * It does not know what came with 2025-06-18: elicitation, structured output, resource links, titles, `_meta` on nouns.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-03-26
 *
 * @since 0.1.0
 */
import type { Annotations } from "../protocol/Annotations.ts"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import type { CompleteParams } from "../protocol/Completion.ts"
import type { AudioContent, ContentBlock, EmbeddedResource, ImageContent, TextContent } from "../protocol/Content.ts"
import type { Prompt } from "../protocol/Prompt.ts"
import type {
  BlobResourceContents,
  Resource,
  ResourceContents,
  ResourceTemplate,
  TextResourceContents
} from "../protocol/Resource.ts"
import type { CallToolResult } from "../protocol/Tool.ts"
import { linkAsText, structuredAsText } from "./Degraded.ts"
import * as Projection from "./Projection.ts"
import type { Revision } from "./Revision.ts"
import * as Newer from "./Revision20250618.ts"
import * as RevisionTables from "./RevisionTables.ts"
import * as SessionEra from "./SessionEra.ts"
import { at, chain, each, omit, type Step } from "./Step.ts"

const annotations: Step<Annotations> = omit("lastModified")

const text = chain<TextContent>(omit("_meta"), at("annotations", annotations))
const image = chain<ImageContent>(omit("_meta"), at("annotations", annotations))
const audio = chain<AudioContent>(omit("_meta"), at("annotations", annotations))
const embedded = chain<EmbeddedResource>(omit("_meta"), at("annotations", annotations))

/** A block has annotations but no `_meta` (CONT-4), and a link to a resource becomes text (CONT-5). */
const content: Step<ContentBlock> = (block) => {
  switch (block.type) {
    case "text":
      return text(block)
    case "image":
      return image(block)
    case "audio":
      return audio(block)
    case "resource":
      return embedded(block)
    case "resource_link":
      return text(linkAsText(block))
    default:
      return block
  }
}

const plainText = omit<TextResourceContents>("_meta")
const plainBlob = omit<BlobResourceContents>("_meta")

const resourceContents: Step<ResourceContents> = (contents) =>
  "text" in contents ? plainText(contents) : plainBlob(contents)

const reference: Step<CompleteParams["ref"]> = (ref) =>
  ref.type === "ref/prompt" && "title" in ref ? { type: ref.type, name: ref.name } : ref

/**
 * What this revision does not know of the neutral model.
 *
 * @category projections
 * @since 0.1.0
 */
export const projection: Projection.Projection = Projection.older(Newer.projection, {
  implementation: omit("title"),
  clientCapabilities: omit<ClientCapabilities>("elicitation"),
  tool: omit("title", "outputSchema", "_meta"),
  prompt: chain<Prompt>(omit("title", "_meta"), at("arguments", each(omit("title")))),
  resource: chain<Resource>(omit("title", "_meta"), at("annotations", annotations)),
  resourceTemplate: chain<ResourceTemplate>(omit("title", "_meta"), at("annotations", annotations)),
  resourceContents,
  content,
  root: omit("_meta"),
  callToolResult: chain<CallToolResult>(structuredAsText, omit("structuredContent")),
  completeParams: chain<CompleteParams>(omit("context"), at("ref", reference))
})

/**
 * The revision 2025-03-26.
 *
 * @category revisions
 * @since 0.1.0
 */
export const revision: Revision = RevisionTables.make({
  version: "2025-03-26",
  era: "session",
  batching: true,
  errorIdOptional: false,
  resourceNotFound: -32002,
  capabilityError: false,
  invalidToolArguments: "error",
  primingEvent: false,
  protocolVersionHeader: false,
  elicitationModes: [],
  completionsCapability: true,
  samplingTools: false,
  structuredContent: "none",
  projection,
  required: Newer.required,
  clientRequests: SessionEra.clientRequests,
  serverRequests: SessionEra.serverRequests,
  clientNotifications: SessionEra.clientNotifications,
  serverNotifications: SessionEra.serverNotifications
})
