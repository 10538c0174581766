/**
 * The handshake on the server: agrees on a revision and makes the session.
 *
 * It is not where later requests are held to what was agreed: that is `Dispatch`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Logging from "../Logging.ts"
import type { Principal } from "../Principal.ts"
import type { InitializeParams, InitializeResult } from "../protocol/Initialize.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Revisions from "../revision/Revisions.ts"
import type { Connection } from "./Connection.ts"

/**
 * Why a session that has begun is not begun again.
 *
 * @category constants
 * @since 0.1.0
 */
export const alreadyInitialized: ProtocolError.ProtocolError = ProtocolError.invalidRequest(
  "The session is initialized already"
)

/**
 * Answers `initialize`: the revision asked for if the server speaks it, else the newest of the session era (INIT-8 to INIT-10, INIT-13).
 *
 * @category handlers
 * @since 0.1.0
 */
export const initialize = (
  connection: Connection,
  params: InitializeParams,
  principal: Principal
): Effect.Effect<InitializeResult, ProtocolError.ProtocolError> =>
  Effect.suspend(() => {
    // middleware takes its time, and two may have begun
    if (connection.current !== undefined) return Effect.fail(alreadyInitialized)
    const { options } = connection.server
    const revision = Revisions.negotiate(params.protocolVersion)
    const { capabilities } = connection.server
    connection.negotiate({
      revision,
      capabilities,
      session: {
        id: connection.sessionId,
        protocolVersion: revision.version,
        clientInfo: params.clientInfo,
        clientCapabilities: params.capabilities,
        principal,
        logLevel: Logging.defaultLevel,
        subscriptions: []
      }
    })
    return Effect.succeed({
      protocolVersion: revision.version,
      capabilities,
      serverInfo: options.info,
      ...(options.instructions === undefined ? undefined : { instructions: options.instructions })
    })
  })
