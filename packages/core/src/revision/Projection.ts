/**
 * A `Projection` says how each noun of the neutral model is shown to a revision that does not know all of it (CONT-5, BASE-28).
 *
 * It does not know where nouns occur: `MethodProjection` carries it into params and results.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/changelog
 *
 * @since 0.1.0
 */
import type { CancelledParams } from "../protocol/Cancellation.ts"
import type { ClientCapabilities, ServerCapabilities } from "../protocol/Capabilities.ts"
import type { CompleteParams } from "../protocol/Completion.ts"
import type { ContentBlock } from "../protocol/Content.ts"
import type { ElicitParams, ElicitResult } from "../protocol/Elicitation.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import type { ProgressParams } from "../protocol/Progress.ts"
import type { Prompt } from "../protocol/Prompt.ts"
import type { Resource, ResourceContents, ResourceTemplate } from "../protocol/Resource.ts"
import type { ListRootsResult, Root } from "../protocol/Root.ts"
import type { CreateMessageParams, CreateMessageResult, SamplingMessage } from "../protocol/Sampling.ts"
import type { CallToolParams, CallToolResult, Tool } from "../protocol/Tool.ts"
import { chain, identity, type Step } from "./Step.ts"

/**
 * Optional members that came or went with a revision.
 *
 * @category models
 * @since 0.1.0
 */
export type Member = "task" | "inputResponses" | "requestState" | "resultType" | "ttlMs" | "cacheScope"

/**
 * A step for each noun. Those of params and results do not repeat those of the nouns within.
 *
 * @category models
 * @since 0.1.0
 */
export interface Projection {
  readonly implementation: Step<Implementation>
  readonly clientCapabilities: Step<ClientCapabilities>
  readonly serverCapabilities: Step<ServerCapabilities>
  readonly tool: Step<Tool>
  readonly prompt: Step<Prompt>
  readonly resource: Step<Resource>
  readonly resourceTemplate: Step<ResourceTemplate>
  readonly resourceContents: Step<ResourceContents>
  readonly content: Step<ContentBlock>
  readonly samplingMessages: Step<ReadonlyArray<SamplingMessage>>
  readonly root: Step<Root>
  /** What this revision does not know in params and results in general. */
  readonly unknown: ReadonlyArray<Member>
  readonly callToolParams: Step<CallToolParams>
  readonly callToolResult: Step<CallToolResult>
  readonly createMessageParams: Step<CreateMessageParams>
  readonly createMessageResult: Step<CreateMessageResult>
  readonly elicitParams: Step<ElicitParams>
  readonly elicitResult: Step<ElicitResult>
  readonly listRootsResult: Step<ListRootsResult>
  readonly completeParams: Step<CompleteParams>
  readonly progressParams: Step<ProgressParams>
  readonly cancelledParams: Step<CancelledParams>
}

/**
 * The projection to a revision that knows everything.
 *
 * @category constructors
 * @since 0.1.0
 */
export const neutral: Projection = {
  implementation: identity,
  clientCapabilities: identity,
  serverCapabilities: identity,
  tool: identity,
  prompt: identity,
  resource: identity,
  resourceTemplate: identity,
  resourceContents: identity,
  content: identity,
  samplingMessages: identity,
  root: identity,
  unknown: [],
  callToolParams: identity,
  callToolResult: identity,
  createMessageParams: identity,
  createMessageResult: identity,
  elicitParams: identity,
  elicitResult: identity,
  listRootsResult: identity,
  completeParams: identity,
  progressParams: identity,
  cancelledParams: identity
}

/**
 * The projection to the next older revision: that of the newer one, then what the older one does not know either.
 *
 * @category combinators
 * @since 0.1.0
 */
export const older = (newer: Projection, steps: Partial<Projection>): Projection => {
  const then = <A>(before: Step<A>, after: Step<A> | undefined): Step<A> =>
    after === undefined ? before : chain(before, after)
  return {
    implementation: then(newer.implementation, steps.implementation),
    clientCapabilities: then(newer.clientCapabilities, steps.clientCapabilities),
    serverCapabilities: then(newer.serverCapabilities, steps.serverCapabilities),
    tool: then(newer.tool, steps.tool),
    prompt: then(newer.prompt, steps.prompt),
    resource: then(newer.resource, steps.resource),
    resourceTemplate: then(newer.resourceTemplate, steps.resourceTemplate),
    resourceContents: then(newer.resourceContents, steps.resourceContents),
    content: then(newer.content, steps.content),
    samplingMessages: then(newer.samplingMessages, steps.samplingMessages),
    root: then(newer.root, steps.root),
    unknown: [...newer.unknown, ...steps.unknown ?? []],
    callToolParams: then(newer.callToolParams, steps.callToolParams),
    callToolResult: then(newer.callToolResult, steps.callToolResult),
    createMessageParams: then(newer.createMessageParams, steps.createMessageParams),
    createMessageResult: then(newer.createMessageResult, steps.createMessageResult),
    elicitParams: then(newer.elicitParams, steps.elicitParams),
    elicitResult: then(newer.elicitResult, steps.elicitResult),
    listRootsResult: then(newer.listRootsResult, steps.listRootsResult),
    completeParams: then(newer.completeParams, steps.completeParams),
    progressParams: then(newer.progressParams, steps.progressParams),
    cancelledParams: then(newer.cancelledParams, steps.cancelledParams)
  }
}
