/**
 * Sampling on the client: how it continues a conversation with its language model when a server asks for it.
 *
 * It is not how a server asks (`Sampling`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { CreateMessageParams, CreateMessageResult } from "../protocol/Sampling.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ServerDescription } from "./Caller.ts"
import { Registry } from "./Registry.ts"

/**
 * Continues a conversation.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<R> = (
  params: CreateMessageParams,
  server: ServerDescription | undefined
) => Effect.Effect<CreateMessageResult, ProtocolError.ProtocolError, R>

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
 * Answers requests to sample, and declares it.
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
    (params, server) =>
      tools !== true && (params.tools !== undefined || params.toolChoice !== undefined)
        // what was not declared (SAMP-16)
        ? Effect.fail(ProtocolError.invalidParams("This client does not sample with tools"))
        : Effect.provideContext(handler(params, server), services),
    {
      sampling: {
        ...(tools === true ? { tools: {} } : undefined),
        ...(context === true ? { context: {} } : undefined)
      }
    }
  )
})
