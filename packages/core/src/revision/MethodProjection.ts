/**
 * Carries a `Projection` into the params and results of methods: what each of them is shown as in a revision.
 *
 * It does not know any revision, only where nouns occur.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import type { ContentBlock } from "../protocol/Content.ts"
import type { ElicitParams } from "../protocol/Elicitation.ts"
import type { InitializeParams, InitializeResult } from "../protocol/Initialize.ts"
import type { InputRequest, InputRequiredResult, InputResponse, InputResponses } from "../protocol/InputRequired.ts"
import type {
  ClientNotifications,
  ClientRequests,
  ServerNotifications,
  ServerRequests,
  TaskRequests
} from "../protocol/Methods.ts"
import type { GetPromptParams, PromptMessage } from "../protocol/Prompt.ts"
import type { RequestMeta } from "../protocol/RequestMeta.ts"
import type { ReadResourceParams } from "../protocol/Resource.ts"
import type {
  CreateMessageParams,
  CreateMessageResult,
  SamplingMessage,
  SamplingMessageContentBlock
} from "../protocol/Sampling.ts"
import type { CallToolParams } from "../protocol/Tool.ts"
import type { Notifications, Requests } from "./MethodTable.ts"
import type { Member, Projection } from "./Projection.ts"
import { eachBlock } from "./SamplingContent.ts"
import { at, chain, each, eachValue, identity, type Step } from "./Step.ts"

/**
 * The steps of requests: nothing where nothing is to be done.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestSteps<R extends Requests<R>> = {
  readonly [M in keyof R]?: { readonly params?: Step<R[M]["params"]>; readonly result?: Step<R[M]["result"]> }
}

/**
 * The steps of notifications: nothing where nothing is to be done.
 *
 * @category models
 * @since 0.1.0
 */
export type NotificationSteps<N extends Notifications<N>> = {
  readonly [M in keyof N]?: { readonly params?: Step<N[M]["params"]> }
}

/**
 * The steps of all methods.
 *
 * @category models
 * @since 0.1.0
 */
export interface MethodProjection {
  readonly clientRequests: RequestSteps<ClientRequests>
  readonly serverRequests: RequestSteps<ServerRequests>
  readonly clientNotifications: NotificationSteps<ClientNotifications>
  readonly serverNotifications: NotificationSteps<ServerNotifications>
  readonly inputRequired: Step<InputRequiredResult>
}

/**
 * The steps of all methods under a projection.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (projection: Projection): MethodProjection => {
  const params = <A extends WithMeta>(): Step<A> =>
    chain<A>(without(projection.unknown), capabilitiesInMeta(projection))
  const result = <A extends object>(): Step<A> => without(projection.unknown)
  const content = blocks(projection)
  const sampling = samplingSteps(projection, content)
  const elicit = chain<ElicitParams>(without(projection.unknown), projection.elicitParams)
  const responses = inputResponses(projection, sampling.result)
  const request = inputRequest(sampling.params, elicit)
  const tasks: RequestSteps<TaskRequests> = {
    "tasks/get": { params: params(), result: result() },
    "tasks/result": { params: params(), result: result() },
    "tasks/list": { params: params(), result: result() },
    "tasks/cancel": { params: params(), result: result() }
  }
  return {
    clientRequests: {
      ...tasks,
      "initialize": {
        params: chain<InitializeParams>(
          params(),
          at("clientInfo", projection.implementation),
          at("capabilities", projection.clientCapabilities)
        ),
        result: chain<InitializeResult>(
          result(),
          at("serverInfo", projection.implementation),
          at("capabilities", projection.serverCapabilities)
        )
      },
      "ping": { params: params(), result: result() },
      "server/discover": {
        params: params(),
        result: chain(result(), at("capabilities", projection.serverCapabilities))
      },
      "tools/list": { params: params(), result: chain(result(), at("tools", each(projection.tool))) },
      "tools/call": {
        params: chain<CallToolParams>(params(), at("inputResponses", responses), projection.callToolParams),
        result: chain(result(), projection.callToolResult, at("content", each(content)))
      },
      "resources/list": { params: params(), result: chain(result(), at("resources", each(projection.resource))) },
      "resources/templates/list": {
        params: params(),
        result: chain(result(), at("resourceTemplates", each(projection.resourceTemplate)))
      },
      "resources/read": {
        params: chain<ReadResourceParams>(params(), at("inputResponses", responses)),
        result: chain(result(), at("contents", each(projection.resourceContents)))
      },
      "resources/subscribe": { params: params(), result: result() },
      "resources/unsubscribe": { params: params(), result: result() },
      "prompts/list": { params: params(), result: chain(result(), at("prompts", each(projection.prompt))) },
      "prompts/get": {
        params: chain<GetPromptParams>(params(), at("inputResponses", responses)),
        result: chain(result(), at("messages", each(at<PromptMessage, "content">("content", content))))
      },
      "completion/complete": { params: chain(params(), projection.completeParams), result: result() },
      "logging/setLevel": { params: params(), result: result() },
      "subscriptions/listen": { params: params(), result: result() }
    },
    serverRequests: {
      ...tasks,
      "ping": { result: result() },
      "roots/list": { result: chain(result(), projection.listRootsResult, at("roots", each(projection.root))) },
      "sampling/createMessage": { params: sampling.params, result: sampling.result },
      "elicitation/create": { params: elicit, result: chain(result(), projection.elicitResult) }
    },
    clientNotifications: {
      "notifications/cancelled": { params: projection.cancelledParams },
      "notifications/progress": { params: projection.progressParams }
    },
    serverNotifications: {
      "notifications/cancelled": { params: projection.cancelledParams },
      "notifications/progress": { params: projection.progressParams }
    },
    inputRequired: at("inputRequests", eachValue(request))
  }
}

interface WithMeta {
  readonly _meta?: RequestMeta
}

/** In the stateless era each request carries the client's capabilities. */
const capabilitiesInMeta = (projection: Projection) => {
  const step = at<RequestMeta, "io.modelcontextprotocol/clientCapabilities">(
    "io.modelcontextprotocol/clientCapabilities",
    projection.clientCapabilities
  )
  if (step === identity) return identity
  return <A extends WithMeta>(value: A): A => {
    if (value._meta === undefined) return value
    const _meta = step(value._meta)
    return _meta === value._meta ? value : { ...value, _meta }
  }
}

/** Leaves the members out that a revision does not know. */
const without = <A extends object>(members: ReadonlyArray<Member>): Step<A> => {
  if (members.length === 0) return identity
  return (value) => {
    if (!hasAny(value, members)) return value
    // All of these members are optional wherever they occur, so that what is left is still an `A`.
    const rest: { [K in Member]?: unknown } & A = { ...value }
    for (const member of members) delete rest[member]
    return rest
  }
}

/** A loop, because this runs for each result. */
const hasAny = (value: object, members: ReadonlyArray<Member>): boolean => {
  for (const member of members) {
    if (member in value) return true
  }
  return false
}

/** A content block, with the contents of an embedded resource. */
const blocks = (projection: Projection): Step<ContentBlock> => chain(projection.content, onEmbedded(projection))

const onEmbedded = ({ resourceContents }: Projection): Step<ContentBlock> => {
  if (resourceContents === identity) return identity
  return (block) => {
    if (block.type !== "resource") return block
    const resource = resourceContents(block.resource)
    return resource === block.resource ? block : { ...block, resource }
  }
}

interface SamplingSteps {
  readonly params: Step<CreateMessageParams>
  readonly result: Step<CreateMessageResult>
}

const samplingSteps = (projection: Projection, content: Step<ContentBlock>): SamplingSteps => {
  const block = samplingBlock(content)
  const blocksOf = eachBlock(block)
  return {
    params: chain<CreateMessageParams>(
      without(projection.unknown),
      projection.createMessageParams,
      at("messages", projection.samplingMessages),
      at("messages", each(at<SamplingMessage, "content">("content", blocksOf))),
      at("tools", each(projection.tool))
    ),
    result: chain<CreateMessageResult>(
      without(projection.unknown),
      projection.createMessageResult,
      at("content", blocksOf)
    )
  }
}

/** The blocks that sampling shares with other content. */
const samplingBlock = (content: Step<ContentBlock>): Step<SamplingMessageContentBlock> => {
  if (content === identity) return identity
  return (block) => {
    if (block.type === "tool_use" || block.type === "tool_result") return block
    const projected = content(block)
    return projected.type === "resource" || projected.type === "resource_link" ? block : projected
  }
}

const inputRequest =
  (sampling: Step<CreateMessageParams>, elicit: Step<ElicitParams>): Step<InputRequest> => (request) => {
    switch (request.method) {
      case "elicitation/create":
        return { ...request, params: elicit(request.params) }
      case "sampling/createMessage":
        return { ...request, params: sampling(request.params) }
      default:
        return request
    }
  }

const inputResponses = (projection: Projection, sampling: Step<CreateMessageResult>): Step<InputResponses> =>
  eachValue<InputResponse>((response) => {
    if ("action" in response) return projection.elicitResult(response)
    return "roots" in response ? projection.listRootsResult(response) : sampling(response)
  })
