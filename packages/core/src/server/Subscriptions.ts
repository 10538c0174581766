/**
 * Subscriptions on the server: a session asks to hear of changes to a resource, and stops asking.
 *
 * It is not where changes are told: that is `Subscribers` and `Announcements`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { EmptyResult } from "../protocol/Meta.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Resource from "../Resource.ts"
import type { Connection } from "./Connection.ts"
import * as Resources from "./Resources.ts"

const none: EmptyResult = {}

/**
 * Answers `resources/subscribe`. A session has at most `maxSubscriptions`; subscribing again to the same URI changes nothing.
 *
 * @category handlers
 * @since 0.1.0
 */
export const subscribe = (
  connection: Connection,
  { uri }: { readonly uri: string }
): Effect.Effect<EmptyResult, ProtocolError.ProtocolError> =>
  Effect.suspend(() => {
    if (!Resource.isUri(uri)) return Effect.fail(ProtocolError.invalidParams("uri is not an absolute URI"))
    const resource = Resources.find(connection, uri)
    if (resource === undefined) return Effect.fail(ProtocolError.resourceNotFound(uri))
    const { subscriptions } = connection.negotiated.session
    if (subscriptions.includes(uri)) return Effect.succeed(none)
    const { maxSubscriptions } = connection.server.options
    if (subscriptions.length >= maxSubscriptions) {
      return Effect.fail(ProtocolError.invalidParams(`A session has at most ${maxSubscriptions} subscriptions`))
    }
    // the author's code first: when it fails, nothing is remembered
    const changes = resource.changes?.(uri)
    connection.server.subscribers.add(connection.announcements, uri, changes)
    connection.update({ subscriptions: [...subscriptions, uri] })
    return Effect.succeed(none)
  })

/**
 * Answers `resources/unsubscribe`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const unsubscribe = (
  connection: Connection,
  { uri }: { readonly uri: string }
): Effect.Effect<EmptyResult> =>
  Effect.sync(() => {
    const { subscriptions } = connection.negotiated.session
    connection.update({ subscriptions: subscriptions.filter((other) => other !== uri) })
    connection.server.subscribers.delete(connection.announcements, uri)
    connection.announcements.forget(uri)
    return none
  })
