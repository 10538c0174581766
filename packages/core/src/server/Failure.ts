/**
 * How a handler's failure becomes the error its request is answered with.
 *
 * Tools have a way of their own (results with `isError`); this is for reads and prompts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { SessionError } from "../SessionError.ts"

/**
 * Keeps a `ProtocolError`; failing to get an answer from the client is an internal error that says so.
 *
 * @category combinators
 * @since 0.1.0
 */
export const toProtocolError = <A>(
  effect: Effect.Effect<A, ProtocolError.ProtocolError | SessionError>
): Effect.Effect<A, ProtocolError.ProtocolError> =>
  Effect.catchTag(effect, "SessionError", (error) => Effect.fail(ofSession(error)))

/**
 * The error of a request that has no answer from the client. One that only the client's capabilities are in the way of says which (META-16).
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofSession = ({ message, reason }: SessionError): ProtocolError.ProtocolError =>
  reason._tag === "CapabilityMissing"
    ? ProtocolError.missingClientCapability(capabilities(reason.capability.split(".")))
    : ProtocolError.internalError(message)

// `elicitation.url` as `{ elicitation: { url: {} } }`
const capabilities = (path: ReadonlyArray<string>): ClientCapabilities =>
  path.reduceRight<ClientCapabilities>((inner, name) => ({ [name]: inner }), {})
