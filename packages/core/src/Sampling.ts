/**
 * `Sampling` asks the client's language model to continue a conversation.
 *
 * It is not a model of the server's own: the client decides what model answers, may change what it was asked, and may refuse.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { CreateMessageParams, CreateMessageResult, SamplingMessage } from "./protocol/Sampling.ts"
import { type AskOptions, patience, RequestContext } from "./RequestContext.ts"
import * as Revisions from "./revision/Revisions.ts"
import * as SessionError from "./SessionError.ts"

/**
 * The client's language model.
 *
 * @category services
 * @since 0.1.0
 */
export class Sampling extends Context.Service<Sampling, {
  readonly createMessage: (
    params: CreateMessageParams,
    options?: AskOptions
  ) => Effect.Effect<CreateMessageResult, SessionError.SessionError, RequestContext>
}>()("@mcp-effect/core/Sampling") {}

/**
 * The service as a server provides it to its handlers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Sampling["Service"] = {
  createMessage: (params, options) =>
    Effect.flatMap(RequestContext, (request) => {
      const { context, tools } = request.session.clientCapabilities.sampling ?? {}
      if ((params.tools !== undefined || params.toolChoice !== undefined) && tools === undefined) {
        return SessionError.fail(new SessionError.CapabilityMissing({ capability: "sampling.tools" }))
      }
      const broken = violation(params.messages)
      if (broken !== undefined) return SessionError.fail(new SessionError.NotAllowed({ message: broken }))
      const { includeContext, ...rest } = params
      // a client that could declare `sampling.context` and did not is not sent it (SAMP-21)
      const unwanted = context === undefined &&
        Revisions.byVersion(request.session.protocolVersion)?.samplingTools === true
      return request.ask(
        "sampling/createMessage",
        includeContext === undefined || unwanted ? rest : params,
        // a person may be asked before the model is
        { ...patience, ...options }
      )
    })
}

const blocks = (message: SamplingMessage) => Array.isArray(message.content) ? message.content : [message.content]

/**
 * The rule on tool use that a message list breaks, if any: results stand alone in a user message, and answer each use of the assistant
 * message right before (SAMP-18, SAMP-19).
 *
 * @category guards
 * @since 0.1.0
 */
export const violation = (messages: ReadonlyArray<SamplingMessage>): string | undefined => {
  let open = new Set<string>()
  for (const message of messages) {
    const results = new Set<string>()
    const uses = new Set<string>()
    let others = 0
    for (const block of blocks(message)) {
      if (block.type === "tool_result") results.add(block.toolUseId)
      else if (block.type === "tool_use") uses.add(block.id)
      else others++
    }
    if (results.size > 0 && (message.role !== "user" || others > 0 || uses.size > 0)) {
      return "Tool results stand alone in a user message"
    }
    if (uses.size > 0 && message.role !== "assistant") return "Tool uses stand in an assistant message"
    if (results.size !== open.size || Array.from(results).some((id) => !open.has(id))) {
      return "Each tool use is answered by a tool result in the next message, and nothing else is"
    }
    open = uses
  }
  return open.size > 0 ? "The last message leaves a tool use without its result" : undefined
}

/**
 * Asks the client's model for the next message. Fails with `CapabilityMissing` before anything is sent when the client cannot sample.
 *
 * @category accessors
 * @since 0.1.0
 */
export const createMessage = (
  params: CreateMessageParams,
  options?: AskOptions
): Effect.Effect<CreateMessageResult, SessionError.SessionError, Sampling | RequestContext> =>
  Effect.flatMap(Sampling, (sampling) => sampling.createMessage(params, options))
