/**
 * Sampling on the client: how it continues a conversation with its language model when a server asks for it.
 *
 * It is not how a server asks (`Sampling`), and it is no model.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { CreateMessageParams, CreateMessageResult } from "../protocol/Sampling.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Sampling from "../Sampling.ts"
import type { ServerDescription } from "./Caller.ts"
import { Registry } from "./Registry.ts"

/**
 * The user does not want the model to be asked this, or its answer to be sent (SAMP-12). The server sees the code -1 where it sees an answer (SAMP-13).
 *
 * @category errors
 * @since 0.1.0
 */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", {}) {
  override get message(): string {
    return "User rejected sampling request"
  }
}

/**
 * Continues a conversation.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<R> = (
  params: CreateMessageParams,
  server: ServerDescription | undefined
) => Effect.Effect<CreateMessageResult, ProtocolError.ProtocolError | Rejected, R>

/**
 * What the client's model can do beside text (CAP-11).
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** It uses tools that the server offers with the request. */
  readonly tools?: boolean
  /** It can be given what other servers know. */
  readonly context?: boolean
}

/**
 * Answers requests to sample, and declares it. The handler gets no messages that break the rules on tool use, and no tools that it has not
 * declared.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<R>(
  handler: Handler<R>,
  { context, tools }: Options = {}
): Effect.fn.Return<void, never, Registry | R> {
  const registry = yield* Registry
  const services = yield* Effect.context<R>()
  yield* registry.register(
    "sampling/createMessage",
    (params, server) => {
      const broken = tools !== true && (params.tools !== undefined || params.toolChoice !== undefined)
        // what was not declared (SAMP-16)
        ? "This client does not sample with tools"
        : Sampling.violation(params.messages)
      if (broken !== undefined) return Effect.fail(ProtocolError.invalidParams(broken))
      return Effect.mapError(
        Effect.provideContext(handler(params, server), services),
        (error) => error._tag === "Rejected" ? ProtocolError.application(-1, error.message) : error
      )
    },
    {
      sampling: {
        ...(tools === true ? { tools: {} } : undefined),
        ...(context === true ? { context: {} } : undefined)
      }
    }
  )
})
