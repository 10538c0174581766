/**
 * Resources and resource templates: listing, reading and subscribing to them.
 *
 * It is not an author's declaration of a resource (`core/Resource`), and contents are in `ResourceContents`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Annotations } from "./Annotations.ts"
import { CacheableResult } from "./Cache.ts"
import { Icon } from "./Icon.ts"
import { InputResponseParams } from "./InputRequired.ts"
import { Meta, NotificationMeta } from "./Meta.ts"
import { PaginatedParams, PaginatedResult } from "./Pagination.ts"
import { RequestMeta } from "./RequestMeta.ts"
import { ResourceContents } from "./ResourceContents.ts"

export { BlobResourceContents, ResourceContents, TextResourceContents } from "./ResourceContents.ts"

/**
 * A resource as clients see it (RES-2).
 *
 * @category schemas
 * @since 0.1.0
 */
export const Resource = Schema.Struct({
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

export interface Resource extends Schema.Schema.Type<typeof Resource> {}

/**
 * A family of resources, by RFC 6570 template (RES-3).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceTemplate = Schema.Struct({
  uriTemplate: Schema.String,
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  mimeType: Schema.optionalKey(Schema.String),
  annotations: Schema.optionalKey(Annotations),
  icons: Schema.optionalKey(Schema.Array(Icon)),
  _meta: Schema.optionalKey(Meta)
})

export interface ResourceTemplate extends Schema.Schema.Type<typeof ResourceTemplate> {}

/**
 * The params of `resources/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResourcesParams = PaginatedParams

export type ListResourcesParams = PaginatedParams

/**
 * The result of `resources/list`: a page of resources.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResourcesResult = Schema.Struct({
  ...CacheableResult.fields,
  ...PaginatedResult.fields,
  resources: Schema.Array(Resource)
})

export interface ListResourcesResult extends Schema.Schema.Type<typeof ListResourcesResult> {}

/**
 * The params of `resources/templates/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResourceTemplatesParams = PaginatedParams

export type ListResourceTemplatesParams = PaginatedParams

/**
 * The result of `resources/templates/list`: a page of templates.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResourceTemplatesResult = Schema.Struct({
  ...CacheableResult.fields,
  ...PaginatedResult.fields,
  resourceTemplates: Schema.Array(ResourceTemplate)
})

export interface ListResourceTemplatesResult extends Schema.Schema.Type<typeof ListResourceTemplatesResult> {}

/**
 * The params of `resources/read`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReadResourceParams = Schema.Struct({
  ...InputResponseParams.fields,
  uri: Schema.String
})

export interface ReadResourceParams extends Schema.Schema.Type<typeof ReadResourceParams> {}

/**
 * The result of `resources/read` (RES-4, RES-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReadResourceResult = Schema.Struct({
  ...CacheableResult.fields,
  contents: Schema.Array(ResourceContents)
})

export interface ReadResourceResult extends Schema.Schema.Type<typeof ReadResourceResult> {}

/**
 * The params of `resources/subscribe` (RES-7).
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribeParams = Schema.Struct({
  uri: Schema.String,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface SubscribeParams extends Schema.Schema.Type<typeof SubscribeParams> {}

/**
 * The params of `resources/unsubscribe` (RES-7).
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeParams = Schema.Struct({
  uri: Schema.String,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface UnsubscribeParams extends Schema.Schema.Type<typeof UnsubscribeParams> {}

/**
 * The params of `notifications/resources/updated` (RES-8).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceUpdatedParams = Schema.Struct({
  uri: Schema.String,
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface ResourceUpdatedParams extends Schema.Schema.Type<typeof ResourceUpdatedParams> {}
