/**
 * Resources on the client: how they and their templates are listed, and how they are read.
 *
 * Hearing of their changes is `Subscriptions`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ReadResourceResult, Resource, ResourceTemplate } from "../protocol/Resource.ts"
import { isUri } from "../Resource.ts"
import * as SessionError from "../SessionError.ts"
import type { Caller, RequestOptions } from "./Caller.ts"
import * as Pagination from "./Pagination.ts"

/**
 * The resources of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resources {
  /** Its resources, page by page. Fails with `Incomplete` where a limit cuts the list off. */
  readonly listResources: Stream.Stream<Resource, SessionError.SessionError>
  /** Its resources, as far as the limits go. */
  readonly resources: Effect.Effect<Pagination.Listing<Resource>, SessionError.SessionError>
  /** Its resource templates, page by page. Fails with `Incomplete` where a limit cuts the list off. */
  readonly listResourceTemplates: Stream.Stream<ResourceTemplate, SessionError.SessionError>
  /** Its resource templates, as far as the limits go. */
  readonly resourceTemplates: Effect.Effect<Pagination.Listing<ResourceTemplate>, SessionError.SessionError>
  /** Reads a resource. What is no absolute URI is not asked for (RES-15). */
  readonly readResource: (
    uri: string,
    options?: RequestOptions
  ) => Effect.Effect<ReadResourceResult, SessionError.SessionError>
}

/**
 * The resources of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, limits: Pagination.Limits): Resources => {
  const listResources = Pagination.stream("resources/list", limits, (cursor) =>
    Effect.map(
      caller.request("resources/list", cursor === undefined ? {} : { cursor }),
      ({ nextCursor, resources }) => ({ items: resources, nextCursor })
    ))
  const listResourceTemplates = Pagination.stream("resources/templates/list", limits, (cursor) =>
    Effect.map(
      caller.request("resources/templates/list", cursor === undefined ? {} : { cursor }),
      ({ nextCursor, resourceTemplates }) => ({ items: resourceTemplates, nextCursor })
    ))
  return {
    listResources,
    resources: Pagination.listing(listResources),
    listResourceTemplates,
    resourceTemplates: Pagination.listing(listResourceTemplates),
    readResource: (uri, options) =>
      isUri(uri)
        ? caller.request("resources/read", { uri }, options)
        : SessionError.fail(new SessionError.NotAllowed({ message: "uri is not an absolute URI" }))
  }
}
