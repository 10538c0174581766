/**
 * The revision 2024-11-05, the first.
 *
 * It does not know what came with 2025-03-26: audio, tool annotations, a capability for completions, messages of progress, batches.
 *
 * Spec: https://modelcontextprotocol.io/specification/2024-11-05
 *
 * @since 0.1.0
 */
import type { ContentBlock } from "../protocol/Content.ts"
import type { CreateMessageResult, SamplingMessage } from "../protocol/Sampling.ts"
import { audioAsResource, audioAsText } from "./Degraded.ts"
import * as Projection from "./Projection.ts"
import type { Revision } from "./Revision.ts"
import * as Newer from "./Revision20250326.ts"
import { required } from "./Revision20250618.ts"
import * as RevisionTables from "./RevisionTables.ts"
import * as SessionEra from "./SessionEra.ts"
import { each, omit, type Step } from "./Step.ts"

const content: Step<ContentBlock> = (block) => block.type === "audio" ? audioAsResource(block) : block

/** Messages have text and images only (SAMP-4); by now each has one block. */
const silent = <A extends SamplingMessage | CreateMessageResult>(message: A): A =>
  "type" in message.content && message.content.type === "audio"
    ? { ...message, content: audioAsText(message.content) }
    : message

/**
 * What this revision does not know of the neutral model.
 *
 * @category projections
 * @since 0.1.0
 */
export const projection: Projection.Projection = Projection.older(Newer.projection, {
  serverCapabilities: omit("completions"),
  tool: omit("annotations"),
  content,
  samplingMessages: each<SamplingMessage>(silent),
  createMessageResult: silent,
  progressParams: omit("message")
})

/**
 * The revision 2024-11-05.
 *
 * @category revisions
 * @since 0.1.0
 */
export const revision: Revision = RevisionTables.make({
  version: "2024-11-05",
  era: "session",
  batching: false,
  errorIdOptional: false,
  resourceNotFound: -32002,
  capabilityError: false,
  invalidToolArguments: "error",
  primingEvent: false,
  protocolVersionHeader: false,
  elicitationModes: [],
  completionsCapability: false,
  samplingTools: false,
  structuredContent: "none",
  projection,
  required,
  // Completions are there or not, without a word in the capabilities (CAP-3).
  ungated: ["completion/complete"],
  clientRequests: SessionEra.clientRequests,
  serverRequests: SessionEra.serverRequests,
  clientNotifications: SessionEra.clientNotifications,
  serverNotifications: SessionEra.serverNotifications
})
