/**
 * `Content` makes the blocks that tools and prompts answer with.
 *
 * It is not their Schemas (`protocol/Content`): a block is a plain object, and may as well be written out.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result
 *
 * @since 0.1.0
 */
import * as Base64 from "effect/encoding/Base64"
import type { Annotations } from "./protocol/Annotations.ts"
import type { AudioContent, EmbeddedResource, ImageContent, ResourceLink, TextContent } from "./protocol/Content.ts"
import type { ResourceContents } from "./protocol/Resource.ts"

/**
 * What every block may carry: for whom it is and how much it matters, and metadata.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly annotations?: Annotations
  readonly meta?: { readonly [key: string]: unknown }
}

const extras = ({ annotations, meta }: Options = {}) => ({
  ...(annotations === undefined ? undefined : { annotations }),
  ...(meta === undefined ? undefined : { _meta: meta })
})

/**
 * Text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (text: string, options?: Options): TextContent => ({ type: "text", text, ...extras(options) })

/**
 * An image of these bytes (CONT-2).
 *
 * @category constructors
 * @since 0.1.0
 */
export const image = (bytes: Uint8Array, mimeType: string, options?: Options): ImageContent => ({
  type: "image",
  data: Base64.encode(bytes),
  mimeType,
  ...extras(options)
})

/**
 * A sound of these bytes (CONT-2).
 *
 * @category constructors
 * @since 0.1.0
 */
export const audio = (bytes: Uint8Array, mimeType: string, options?: Options): AudioContent => ({
  type: "audio",
  data: Base64.encode(bytes),
  mimeType,
  ...extras(options)
})

/**
 * A link to a resource, which need not be among those that the server lists (TOOL-29).
 *
 * @category constructors
 * @since 0.1.0
 */
export const link = (resource: Omit<ResourceLink, "type">): ResourceLink => ({ type: "resource_link", ...resource })

/**
 * A resource with its contents, which are text or bytes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resource = (
  uri: string,
  contents: string | Uint8Array,
  options?: Options & { readonly mimeType?: string }
): EmbeddedResource => ({
  type: "resource",
  resource: contentsOf(uri, contents, options?.mimeType),
  ...extras(options)
})

const contentsOf = (uri: string, contents: string | Uint8Array, mimeType: string | undefined): ResourceContents => {
  const base = mimeType === undefined ? { uri } : { uri, mimeType }
  return typeof contents === "string" ? { ...base, text: contents } : { ...base, blob: Base64.encode(contents) }
}
