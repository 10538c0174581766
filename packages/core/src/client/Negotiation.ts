/**
 * `Negotiation` finds out which era and which revision a server speaks.
 *
 * It is done once for each connection; what came of it can be given to the next one, which then does not probe (VER-15, VER-16).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { RequestOptions } from "../peer/OutboundRequests.ts"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import type { DiscoverResult } from "../protocol/Discover.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import type { RequestMeta } from "../protocol/RequestMeta.ts"
import * as Revision from "../revision/Revision.ts"
import * as Revisions from "../revision/Revisions.ts"
import * as SessionError from "../SessionError.ts"
import type { ServerDescription } from "./Caller.ts"
import * as ResultType from "./ResultType.ts"

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

/**
 * What it needs of the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Opening {
  readonly options: {
    readonly info: Implementation
    /** The revisions to speak, the best first. */
    readonly spoken: ReadonlyArray<Revision.Revision>
    readonly known: Revision.Revision["era"] | undefined
    readonly probeTimeout: Duration.Input
    readonly handshakeTimeout: Duration.Input
  }
  readonly capabilities: ClientCapabilities
  metaOf(revision: Revision.Revision): RequestMeta
  send(
    method: string,
    params: object,
    options: RequestOptions,
    protocolVersion: string
  ): Effect.Effect<unknown, SessionError.SessionError>
}

type Negotiating = Effect.Effect<Negotiated, SessionError.SessionError>

type Otherwise = (reason: SessionError.SessionError["reason"]) => Negotiating

/**
 * Agrees on a revision with the server, and opens the session if it is of that era.
 *
 * @category constructors
 * @since 0.1.0
 */
export const negotiate = (connection: Opening): Negotiating => {
  const { handshakeTimeout, known, probeTimeout, spoken } = connection.options
  const session = sessionEra(spoken)
  const stateless = spoken.find(isStateless)
  if (stateless === undefined) return initialize(connection, session)
  // the verdict of before may prove wrong (VER-16), and so may the hope that what is liked best is there
  if (session.length > 0 && (known ?? spoken[0]?.era) === "session") return initialize(connection, session, stateless)
  return discover(connection, stateless, [], {
    // silence is an answer only where there is something else to try
    timeout: session.length > 0 && known === undefined ? probeTimeout : handshakeTimeout,
    otherwise: (reason) => fallback(connection, stateless, reason)
  })
}

const isStateless = ({ era }: Revision.Revision): boolean => era === "stateless"

const sessionEra = (revisions: ReadonlyArray<Revision.Revision>) => revisions.filter(({ era }) => era === "session")

// The codes that only a server of the stateless era has (VER-17).
const modern: ReadonlySet<number> = new Set([-32020, -32021, -32022])

// `refused` are the versions that the server has refused already. None is tried again, but for once where the server itself names what it has just
// refused: many servers behind one address are not all of one version.
const discover = (
  connection: Opening,
  revision: Revision.Revision,
  refused: ReadonlyArray<string>,
  options: { readonly timeout: Duration.Input; readonly otherwise: Otherwise }
): Negotiating => {
  const method = "server/discover"
  const codec = Revision.clientRequest(revision, method)!
  const params = { _meta: connection.metaOf(revision) }
  return Effect.matchEffect(ask(connection, method, codec.params.encode(params), options.timeout, revision.version), {
    onSuccess: (wire) => {
      const result = ResultType.decodeComplete(codec.result, wire)
      return Result.isFailure(result)
        ? options.otherwise(new SessionError.InvalidAnswer({ method, message: result.failure }))
        : choose(
          connection,
          result.success.supportedVersions,
          refused.filter((version) => version !== revision.version),
          result.success
        )
    },
    onFailure: ({ reason }) => {
      if (reason._tag !== "ErrorAnswer" || !modern.has(reason.code)) return options.otherwise(reason)
      const offered = supported(reason)
      if (offered === undefined) return SessionError.fail(reason)
      const now = [...refused, revision.version]
      const isNamed = offered.includes(revision.version) && !refused.includes(revision.version)
      return isNamed && commonOf(connection, offered, now).length === 0
        ? discoverModern(connection, revision, now)
        : choose(connection, offered, now, undefined)
    }
  })
}

// To a server that is known to be of the stateless era there is nothing to fall back to (VER-17).
const discoverModern = (connection: Opening, revision: Revision.Revision, refused: ReadonlyArray<string>) =>
  discover(connection, revision, refused, {
    timeout: connection.options.handshakeTimeout,
    otherwise: SessionError.fail
  })

// The request is made anew each time that it is run.
const ask = (
  connection: Opening,
  method: string,
  params: object,
  timeout: Duration.Input,
  version: string
): Effect.Effect<unknown, SessionError.SessionError> =>
  Effect.suspend(() =>
    connection.send(method, params, {
      timeout,
      maxTimeout: timeout,
      // a handshake is not cancelled (INIT-16)
      isFinal: method === "initialize"
    }, version)
  )

const supported = ({ data }: SessionError.ErrorAnswer): ReadonlyArray<string> | undefined =>
  Predicate.hasProperty(data, "supported") && Array.isArray(data.supported)
    ? data.supported.filter((version) => typeof version === "string")
    : undefined

const commonOf = (connection: Opening, offered: ReadonlyArray<string>, refused: ReadonlyArray<string>) =>
  connection.options.spoken.filter(({ version }) => offered.includes(version) && !refused.includes(version))

// The first of ours that the server has too (VER-3); one of the session era is opened as such, whoever named it.
const choose = (
  connection: Opening,
  offered: ReadonlyArray<string>,
  refused: ReadonlyArray<string>,
  discovered: DiscoverResult | undefined
): Negotiating => {
  const common = commonOf(connection, offered, refused)
  const [revision] = common
  if (revision === undefined) return noCommonVersion(connection, offered)
  if (revision.era === "session") return initialize(connection, sessionEra(common))
  return discovered === undefined
    ? discoverModern(connection, revision, refused)
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

const noCommonVersion = (connection: Opening, offered: ReadonlyArray<string>) =>
  SessionError.fail(
    new SessionError.NoCommonVersion({
      offered: offered.slice(0, 16),
      spoken: connection.options.spoken.map(({ version }) => version)
    })
  )

// Whatever an old server makes of a request that it does not know, it is no word of the new era (VER-19, VER-20, VER-23). Where nothing was said at
// all, there is nobody to fall back to.
const fallback = (
  connection: Opening,
  stateless: Revision.Revision,
  reason: SessionError.SessionError["reason"]
): Negotiating => {
  const session = sessionEra(connection.options.spoken)
  if (reason._tag === "Disconnected" || reason._tag === "NotSent" || isLockedOut(reason)) {
    return SessionError.fail(reason)
  }
  if (session.length > 0) {
    return initialize(connection, session, reason._tag === "RequestTimeout" ? stateless : undefined)
  }
  // it has said what it is, if not what it speaks
  return reason._tag === "ErrorAnswer"
    ? noCommonVersion(connection, supported(reason) ?? [])
    : SessionError.fail(reason)
}

const isLockedOut = (reason: SessionError.SessionError["reason"]): boolean =>
  reason._tag === "Refused" && (reason.status === 401 || reason.status === 403)

// Asks for the first of `session`. `untried` is what the server may speak all the same: it was not asked, or did not say in time.
const initialize = (
  connection: Opening,
  session: ReadonlyArray<Revision.Revision>,
  untried?: Revision.Revision
): Negotiating => {
  const [asked] = session
  if (asked === undefined) return noCommonVersion(connection, [])
  const method = "initialize"
  const codec = Revision.clientRequest(asked, method)!
  const { handshakeTimeout, info, spoken } = connection.options
  const params = { protocolVersion: asked.version, capabilities: connection.capabilities, clientInfo: info }
  return Effect.matchEffect(ask(connection, method, codec.params.encode(params), handshakeTimeout, asked.version), {
    onSuccess: (wire) => {
      const result = codec.result.decode(wire)
      if (Result.isFailure(result)) {
        return SessionError.fail(new SessionError.InvalidAnswer({ method, message: result.failure }))
      }
      const { capabilities, instructions, protocolVersion, serverInfo } = result.success
      const revision = Revisions.byVersion(protocolVersion)
      // the other era is never agreed on in this way (INIT-13)
      if (revision?.era !== "session" || !spoken.includes(revision)) {
        return noCommonVersion(connection, [protocolVersion])
      }
      return Effect.succeed({
        revision,
        server: { protocolVersion, era: revision.era, capabilities, info: serverInfo, instructions }
      })
    },
    onFailure: ({ reason }) => {
      if (reason._tag !== "ErrorAnswer" && (reason._tag !== "Refused" || isLockedOut(reason))) {
        return SessionError.fail(reason)
      }
      const isModern = reason._tag === "ErrorAnswer" && modern.has(reason.code)
      const offered = reason._tag === "ErrorAnswer" ? supported(reason) : undefined
      // it names what it would have (INIT-12); none is asked for twice
      const others = session.filter((other) => other !== asked && offered?.includes(other.version) === true)
      if (others.length > 0 && !isModern) return initialize(connection, others, untried)
      const refusal = offered === undefined ? SessionError.fail(reason) : noCommonVersion(connection, offered)
      // it is of the new era after all, and was slow to say so, or was not asked (VER-17)
      const stateless = offered === undefined
        ? untried ?? (isModern ? spoken.find(isStateless) : undefined)
        : spoken.find((revision) => isStateless(revision) && offered.includes(revision.version))
      return stateless === undefined ? refusal : Effect.catch(
        discoverModern(connection, stateless, []),
        // it was only a try, if nothing has said so
        (error) => isModern ? Effect.fail(error) : refusal
      )
    }
  })
}
