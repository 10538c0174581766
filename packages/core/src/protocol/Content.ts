/**
 * Content blocks: what tools, prompts and messages are made of (CONT-1).
 *
 * Tool use and tool results occur in sampling only and live there (CONT-6).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Annotations } from "./Annotations.ts"
import { Icon } from "./Icon.ts"
import { Meta } from "./Meta.ts"
import { ResourceContents } from "./ResourceContents.ts"

/**
 * Text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TextContent = Schema.Struct({
  type: Schema.Literal("text"),
  text: Schema.String,
  annotations: Schema.optionalKey(Annotations),
  _meta: Schema.optionalKey(Meta)
})

export interface TextContent extends Schema.Schema.Type<typeof TextContent> {}

/**
 * An image, in base64.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ImageContent = Schema.Struct({
  type: Schema.Literal("image"),
  data: Schema.String,
  mimeType: Schema.String,
  annotations: Schema.optionalKey(Annotations),
  _meta: Schema.optionalKey(Meta)
})

export interface ImageContent extends Schema.Schema.Type<typeof ImageContent> {}

/**
 * Sound, in base64.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AudioContent = Schema.Struct({
  type: Schema.Literal("audio"),
  data: Schema.String,
  mimeType: Schema.String,
  annotations: Schema.optionalKey(Annotations),
  _meta: Schema.optionalKey(Meta)
})

export interface AudioContent extends Schema.Schema.Type<typeof AudioContent> {}

/**
 * A link to a resource that the client may read (TOOL-29).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceLink = Schema.Struct({
  type: Schema.Literal("resource_link"),
  uri: Schema.String,
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  mimeType: Schema.optionalKey(Schema.String),
  annotations: Schema.optionalKey(Annotations),
  size: Schema.optionalKey(Schema.Int),
  icons: Schema.optionalKey(Schema.Array(Icon)),
  _meta: Schema.optionalKey(Meta)
})

export interface ResourceLink extends Schema.Schema.Type<typeof ResourceLink> {}

/**
 * The contents of a resource, in place.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EmbeddedResource = Schema.Struct({
  type: Schema.Literal("resource"),
  resource: ResourceContents,
  annotations: Schema.optionalKey(Annotations),
  _meta: Schema.optionalKey(Meta)
})

export interface EmbeddedResource extends Schema.Schema.Type<typeof EmbeddedResource> {}

/**
 * Whether the type of a block is one this library knows; `tool_use` and `tool_result` are, because they must not pass for unknown blocks.
 *
 * @category guards
 * @since 0.1.0
 */
export const isKnownType = (type: string): boolean => knownTypes.has(type)

const knownTypes = new Set(["text", "image", "audio", "resource_link", "resource", "tool_use", "tool_result"])

/**
 * A block of a type this library does not know. It is accepted where blocks are and passed on as it is, so that one new block does not fail
 * a whole result (CONT-7).
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnknownContent = Schema.Struct({
  type: Schema.String.check(
    Schema.makeFilter((type: string) => !knownTypes.has(type), { expected: "a type that content blocks have here" })
  )
})

export interface UnknownContent extends Schema.Schema.Type<typeof UnknownContent> {}

/**
 * A content block. At run time it may also be an `UnknownContent`: a `switch` on `type` needs a default.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ContentBlock =
  // The open `type` of an unknown block would spoil narrowing by `type` for everyone, so the type leaves that member out. It stands apart
  // from the others, which are told apart by `type` at once.
  Schema.Union([
    Schema.Union([TextContent, ImageContent, AudioContent, ResourceLink, EmbeddedResource]),
    UnknownContent
  ]) as unknown as Schema.Codec<ContentBlock>

export type ContentBlock = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource
