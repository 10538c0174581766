/**
 * A `LanguageModel` is as much of a model as sampling takes: it is given a conversation, and gives a text or calls of tools.
 *
 * It is not bound to any library of models; what those give fits it, or nearly does.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type {
  CreateMessageParams,
  CreateMessageResult,
  ModelPreferences,
  SamplingMessage,
  SamplingMessageContentBlock
} from "../protocol/Sampling.ts"
import type { Tool } from "../protocol/ToolDefinition.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ServerDescription } from "./Caller.ts"
import type { Handler, Rejected } from "./Sampling.ts"

/**
 * What a model is asked. Of `maxTokens` it may use fewer, never more (SAMP-7); the other settings are wishes (SAMP-8).
 *
 * @category models
 * @since 0.1.0
 */
export interface Prompt {
  readonly messages: ReadonlyArray<SamplingMessage>
  readonly system: string | undefined
  /** In tokens of the model. */
  readonly maxTokens: number
  readonly temperature: number | undefined
  readonly stopSequences: ReadonlyArray<string>
  /** None where the model does not use tools. */
  readonly tools: ReadonlyArray<Tool>
  readonly toolChoice: "auto" | "required" | "none"
  readonly preferences: ModelPreferences | undefined
  readonly server: ServerDescription | undefined
}

/**
 * What a model says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reply {
  readonly text: string
  readonly toolCalls?: ReadonlyArray<{ readonly id: string; readonly name: string; readonly params: unknown }>
  /** Why it stopped; `stop`, `length` and `tool-calls` are put into the words of the protocol (SAMP-6). */
  readonly finishReason?: string
  /** The model that said it, where it is not the one that was asked. */
  readonly model?: string
}

/**
 * A model.
 *
 * @category models
 * @since 0.1.0
 */
export interface LanguageModel<E, R> {
  readonly name: string
  /** Whether it uses the tools that it is given; false by default. */
  readonly tools?: boolean
  /** What it fails with is logged, but for errors that are meant for the server. */
  readonly generate: (prompt: Prompt) => Effect.Effect<Reply, E, R>
}

/**
 * The model as a handler of sampling.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toHandler = <E, R>(model: LanguageModel<E, R>): Handler<R> => (params, server) =>
  Effect.matchEffect(Effect.suspend(() => model.generate(promptOf(params, server))), {
    onSuccess: (reply) => Effect.sync(() => resultOf(model.name, reply)),
    onFailure: (error) => {
      if (isForServer(error)) return failed(error)
      return Effect.andThen(
        Effect.ignoreCause(Effect.logError(`The model ${model.name} gave no answer`, error)),
        failed(ProtocolError.internalError())
      )
    }
  })

const failed = (error: ProtocolError.ProtocolError | Rejected) => Effect.fail(error)

const isForServer = (error: unknown): error is ProtocolError.ProtocolError | Rejected =>
  Predicate.isTagged(error, "ProtocolError") || Predicate.isTagged(error, "Rejected")

const promptOf = (params: CreateMessageParams, server: ServerDescription | undefined): Prompt => ({
  messages: params.messages,
  system: params.systemPrompt,
  maxTokens: params.maxTokens,
  temperature: params.temperature,
  stopSequences: params.stopSequences ?? [],
  tools: params.tools ?? [],
  toolChoice: params.toolChoice?.mode ?? "auto",
  preferences: params.modelPreferences,
  server
})

const stopReasons = new Map([["stop", "endTurn"], ["length", "maxTokens"], ["tool-calls", "toolUse"]])

const resultOf = (name: string, { finishReason, model, text, toolCalls = [] }: Reply): CreateMessageResult => {
  const uses = toolCalls.map(({ id, name, params }): SamplingMessageContentBlock => {
    if (!Predicate.isObject(params)) throw new Error(`The model calls ${name} with what is no object`)
    return { type: "tool_use", id, name, input: params }
  })
  const content = text === "" && uses.length > 0 ? uses : [{ type: "text" as const, text }, ...uses]
  const reason = finishReason ?? (uses.length > 0 ? "tool-calls" : undefined)
  return {
    role: "assistant",
    // one block is not a list in the revisions that have none
    content: content.length === 1 ? content[0]! : content,
    model: model ?? name,
    ...(reason === undefined ? undefined : { stopReason: stopReasons.get(reason) ?? reason })
  }
}
