/**
 * `Negotiation` finds out which era and which revision a server speaks.
 *
 * It is done once for each connection; what came of it can be given to the next one, which then does not probe (VER-15, VER-16).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { DiscoverResult } from "../protocol/Discover.ts"
import * as Revision from "../revision/Revision.ts"
import * as Revisions from "../revision/Revisions.ts"
import * as SessionError from "../SessionError.ts"
import type { ServerDescription } from "./Caller.ts"
import type { Connection } from "./Connection.ts"

/**
 * What was agreed on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Negotiated {
  readonly revision: Revision.Revision
  readonly server: ServerDescription
}

type Negotiating = Effect.Effect<Negotiated, SessionError.SessionError>

/**
 * Agrees on a revision with the server, and opens the session if it is of that era.
 *
 * @category constructors
 * @since 0.1.0
 */
export const negotiate = (connection: Connection): Negotiating => {
  const { spoken } = connection.options
  const stateless = spoken.find(({ era }) => era === "stateless")
  return stateless === undefined || connection.options.known === "session"
    ? initialize(connection, spoken)
    : discover(connection, stateless, [])
}

// The codes that only a server of the stateless era has (VER-17).
const modern: ReadonlySet<number> = new Set([-32020, -32021, -32022])

// `refused` are the versions that the server has refused already: none is tried twice.
const discover = (
  connection: Connection,
  revision: Revision.Revision,
  refused: ReadonlyArray<string>
): Negotiating => {
  const codec = Revision.clientRequest(revision, "server/discover")!
  const asked = Effect.suspend(() =>
    connection.peer.request(
      "server/discover",
      codec.params.encode({ _meta: connection.metaOf(revision) }),
      { timeout: connection.options.probeTimeout }
    )
  )
  return Effect.matchEffect(asked, {
    onSuccess: (wire) => {
      const result = codec.result.decode(wire)
      return Result.isFailure(result)
        ? fallback(
          connection,
          new SessionError.InvalidAnswer({ method: "server/discover", message: result.failure })
        )
        : choose(connection, result.success.supportedVersions, refused, result.success)
    },
    onFailure: ({ reason }) => {
      if (reason._tag !== "ErrorAnswer" || !modern.has(reason.code)) return fallback(connection, reason)
      const offered = supported(reason.data)
      return offered === undefined
        ? SessionError.fail(reason)
        : choose(connection, offered, [...refused, revision.version], undefined)
    }
  })
}

const supported = (data: unknown): ReadonlyArray<string> | undefined =>
  Predicate.hasProperty(data, "supported") && Array.isArray(data.supported)
    ? data.supported.filter((version) => typeof version === "string")
    : undefined

// The first of ours that the server has too (VER-3).
const choose = (
  connection: Connection,
  offered: ReadonlyArray<string>,
  refused: ReadonlyArray<string>,
  discovered: DiscoverResult | undefined
): Negotiating => {
  const { spoken } = connection.options
  const revision = spoken.find(({ version }) => offered.includes(version) && !refused.includes(version))
  if (revision === undefined) return noCommonVersion(connection, offered)
  if (revision.era === "session") {
    return initialize(connection, spoken.filter(({ version }) => offered.includes(version)))
  }
  return discovered === undefined
    ? discover(connection, revision, refused)
    : Effect.succeed({
      revision,
      server: {
        protocolVersion: revision.version,
        era: revision.era,
        capabilities: discovered.capabilities,
        info: discovered._meta?.["io.modelcontextprotocol/serverInfo"],
        instructions: discovered.instructions
      }
    })
}

const noCommonVersion = (connection: Connection, offered: ReadonlyArray<string>) =>
  SessionError.fail(
    new SessionError.NoCommonVersion({
      offered: offered.slice(0, 16),
      spoken: connection.options.spoken.map(({ version }) => version)
    })
  )

// Whatever an old server makes of a request that it does not know, it is no word of the new era (VER-19, VER-20, VER-23). Where nothing was said at
// all, there is nobody to fall back to.
const fallback = (connection: Connection, reason: SessionError.SessionError["reason"]): Negotiating => {
  const session = connection.options.spoken.filter(({ era }) => era === "session")
  const isSilent = reason._tag === "Disconnected" || reason._tag === "NotSent" ||
    (reason._tag === "Refused" && (reason.status === 401 || reason.status === 403))
  return session.length === 0 || isSilent ? SessionError.fail(reason) : initialize(connection, session)
}

const initialize = (connection: Connection, spoken: ReadonlyArray<Revision.Revision>): Negotiating => {
  const asked = spoken.find(({ era }) => era === "session")
  if (asked === undefined) return noCommonVersion(connection, [])
  const codec = Revision.clientRequest(asked, "initialize")!
  return Effect.suspend(() =>
    connection.peer.request(
      "initialize",
      codec.params.encode({
        protocolVersion: asked.version,
        capabilities: connection.capabilities,
        clientInfo: connection.options.info
      }),
      { isFinal: true }
    )
  ).pipe(
    Effect.flatMap((wire) => {
      const result = codec.result.decode(wire)
      if (Result.isFailure(result)) {
        return SessionError.fail(
          new SessionError.InvalidAnswer({ method: "initialize", message: result.failure })
        )
      }
      const { capabilities, instructions, protocolVersion, serverInfo } = result.success
      const revision = Revisions.byVersion(protocolVersion)
      // the other era is never agreed on in this way (INIT-13)
      if (revision?.era !== "session" || !connection.options.spoken.includes(revision)) {
        return noCommonVersion(connection, [protocolVersion])
      }
      return Effect.succeed({
        revision,
        server: { protocolVersion, era: revision.era, capabilities, info: serverInfo, instructions }
      })
    }),
    Effect.catch((error) => {
      // it was slow to answer the probe, and is of the new era all the same (VER-17)
      const { reason } = error
      const offered = reason._tag === "ErrorAnswer" && modern.has(reason.code) ? supported(reason.data) : undefined
      const revision = connection.options.spoken.find(({ era, version }) =>
        era === "stateless" && offered?.includes(version) === true
      )
      return revision === undefined ? Effect.fail(error) : discover(connection, revision, [])
    })
  )
}
