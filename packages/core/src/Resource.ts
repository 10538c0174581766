/**
 * A `Resource` as an author declares it: something with a URI that clients can read.
 *
 * It is not the handler (see `Server.resource`), nor the wire noun (`protocol/Resource`). Families of resources are `ResourceTemplate`s.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type * as Cache from "./Cache.ts"
import type { Annotations } from "./protocol/Annotations.ts"
import type { Icon } from "./protocol/Icon.ts"
import type { ResourceContents } from "./protocol/Resource.ts"
import type { ProtocolError } from "./ProtocolError.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * What clients are told about a resource or a template beside its name. `description` is for the model, `title` for people.
 *
 * @category models
 * @since 0.1.0
 */
export interface Metadata {
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  readonly annotations?: Annotations
  readonly icons?: ReadonlyArray<Icon>
  readonly meta?: { readonly [key: string]: unknown }
}

/**
 * The declaration of a resource. `size` is in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resource extends Metadata {
  readonly uri: string
  readonly name: string
  readonly size?: number
}

/**
 * What a resource holds: text, bytes (they travel as base64), or full contents, several of them where one URI stands for many.
 * Text and bytes get the read URI and the declared `mimeType`.
 *
 * @category models
 * @since 0.1.0
 */
export type Contents = string | Uint8Array | ResourceContents | ReadonlyArray<ResourceContents>

const ResultTypeId = "~@mcp-effect/core/Resource/Result"

/**
 * A full result of a read: contents, `_meta`, and how long and for whom it may be kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Result {
  readonly [ResultTypeId]: typeof ResultTypeId
  readonly contents: Contents
  readonly cache: Cache.Hint | undefined
  readonly meta: { readonly [key: string]: unknown } | undefined
}

/**
 * What a read may answer with: what the resource holds, or a `Result`, which says everything that a read can say.
 *
 * @category models
 * @since 0.1.0
 */
export type Success = Contents | Result

/**
 * What a read may fail with: `ProtocolError.resourceNotFound` where there is nothing to read, or failing to get an answer from the client.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure = ProtocolError | SessionError

/**
 * Reads a resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Read<R> = (uri: string) => Effect.Effect<Success, Failure, R>

/**
 * The changes of one URI, an element each time it changes. It runs as long as anyone is subscribed to that URI, once for all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Changes<R> = (uri: string) => Stream.Stream<unknown, never, R>

/**
 * Declares a resource. The URI is absolute (RES-15, RES-20); another one is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (uri: string, options: Metadata & { readonly name: string; readonly size?: number }): Resource => {
  if (!isUri(uri)) throw new Error(`Resource URI ${JSON.stringify(uri)} is not an absolute URI`)
  return { uri, ...options }
}

/**
 * A full result of a read. Its `cache` goes before that of the resource and of the server; what only some may see stays private all the same.
 *
 * @category constructors
 * @since 0.1.0
 */
export const result = (options: {
  readonly contents: Contents
  readonly cache?: Cache.Hint
  readonly meta?: { readonly [key: string]: unknown }
}): Result => ({
  [ResultTypeId]: ResultTypeId,
  contents: options.contents,
  cache: options.cache,
  meta: options.meta
})

/**
 * Whether a value is a `Result`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isResult = (u: unknown): u is Result => Predicate.hasProperty(u, ResultTypeId)

/**
 * Whether a text is an absolute URI in the sense of RFC 3986: a scheme, and no characters a URI cannot hold.
 *
 * @category guards
 * @since 0.1.0
 */
export const isUri = (text: string): boolean =>
  /^[A-Za-z][A-Za-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]*$/.test(text)
