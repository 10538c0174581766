/**
 * Resources and templates on the server: how they are registered, listed and read.
 *
 * It is not who is told of changes: that is `Subscriptions`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Cache from "../Cache.ts"
import type * as Completion from "../Completion.ts"
import { observed } from "../HandlerObserver.ts"
import type * as Wire from "../protocol/Resource.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Resource from "../Resource.ts"
import type * as ResourceTemplate from "../ResourceTemplate.ts"
import * as Compiled from "../schema/Compiled.ts"
import * as IssueMessage from "../schema/IssueMessage.ts"
import * as StringCoded from "../schema/StringCoded.ts"
import type { HandlerServices } from "../Tool.ts"
import type * as UriTemplate from "../UriTemplate.ts"
import * as Caching from "./Caching.ts"
import type { Caller } from "./Caller.ts"
import * as Failure from "./Failure.ts"
import * as Pagination from "./Pagination.ts"
import * as Registration from "./Registration.ts"
import { type RegisteredResource, Registry } from "./Registry.ts"

/**
 * The options of what can be read. Its `cache` goes before that of the server, and what is read may say another one (`Resource.result`).
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadOptions extends Registration.Options {
  readonly cache?: Cache.Hint
}

/**
 * The options of a resource. With `changes`, clients that subscribe hear of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R> extends ReadOptions {
  readonly changes?: Resource.Changes<R>
}

/**
 * The options of a resource template. With `changes`, clients that subscribe hear of them; `complete` suggests values for its variables.
 *
 * @category models
 * @since 0.1.0
 */
export interface TemplateOptions<T extends ResourceTemplate.Any, R, C> extends ReadOptions {
  readonly changes?: ResourceTemplate.Changes<T, R>
  readonly complete?: C & Completion.ByArgument<T["variables"]["Type"]>
}

/**
 * Registers a resource until the scope ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<R, W = never>(
  resource: Resource.Resource,
  read: Resource.Read<R>,
  options?: Options<W>
): Effect.fn.Return<void, never, Registry | Scope.Scope | Exclude<R, HandlerServices> | W> {
  const registry = yield* Registry
  const context = yield* Effect.context<never>()
  const services = Registration.withServices(context, registry.context)
  // what the handlers require is in the captured services or provided with each request; the casts say so to the compiler
  const run = observed(context, { kind: "resource", declaration: resource }, read as Resource.Read<never>)
  const changes = options?.changes as Resource.Changes<never> | undefined
  const answer = resultOf(resource.mimeType, options)
  const { meta, ...metadata } = resource
  yield* Registration.register(registry.resources, "resource", resource.uri, {
    resource: { ...metadata, ...(meta === undefined ? undefined : { _meta: meta }) },
    read: (uri) =>
      services(Failure.toProtocolError(
        Effect.map(Effect.suspend(() => run(uri)), (value) => answer(uri, value))
      )),
    changes: changes && ((uri) => Stream.provideContext(changes(uri), context))
  }, options)
})

/**
 * Registers a resource template until the scope ends. `complete` suggests values for its variables.
 *
 * @category constructors
 * @since 0.1.0
 */
export const registerTemplate = Effect.fnUntraced(function*<T extends ResourceTemplate.Any, R, W = never, C = {}>(
  template: T,
  read: ResourceTemplate.Read<T, R>,
  options?: TemplateOptions<T, W, C> & Completion.Only<T["variables"]["Type"], C>
): Effect.fn.Return<void, never, Registry | Scope.Scope | Exclude<R | Completion.Services<C>, HandlerServices> | W> {
  const registry = yield* Registry
  const context = yield* Effect.context<never>()
  const services = Registration.withServices(context, registry.context)
  const decode = Compiled.decoder(StringCoded.codec(template.variables, { lists: true }))
  // what the handlers require is in the captured services or provided with each request; the casts say so to the compiler
  const run = observed(
    context,
    { kind: "resourceTemplate", declaration: template, completed: Object.keys(options?.complete ?? {}) },
    read as ResourceTemplate.Read<T, never>
  )
  const changes = options?.changes as ResourceTemplate.Changes<T, never> | undefined
  const variablesOf = (values: UriTemplate.Values, uri: string) =>
    Effect.mapError(
      decode(values) as Effect.Effect<T["variables"]["Type"], SchemaIssue.Issue>,
      (issue) => ProtocolError.invalidParams(`Invalid resource URI: ${IssueMessage.format(issue)}`, { uri })
    )
  const answer = resultOf(template.mimeType, options)
  const { meta, name, uriTemplate, variables: _, ...metadata } = template as ResourceTemplate.Any
  yield* Registration.register(registry.templates, "resource template", uriTemplate.text, {
    template: {
      ...metadata,
      name,
      uriTemplate: uriTemplate.text,
      ...(meta === undefined ? undefined : { _meta: meta })
    },
    uriTemplate,
    read: (values, uri) =>
      services(Failure.toProtocolError(
        Effect.flatMap(
          variablesOf(values, uri),
          (variables) => Effect.map(run(variables, uri), (value) => answer(uri, value))
        )
      )),
    changes: changes && ((values, uri) =>
      Stream.provideContext(
        Stream.unwrap(Effect.match(variablesOf(values, uri), {
          onFailure: () => Stream.empty,
          onSuccess: (variables) => changes(variables, uri)
        })),
        context
      )),
    complete: Registration.completions(options?.complete, services)
  }, options)
})

// What is said here goes before the server's own hint; what is not for everyone is never public (CACHE-18).
const resultOf = (
  mimeType: string | undefined,
  options: ReadOptions | undefined
): (uri: string, value: Resource.Success) => Wire.ReadResourceResult => {
  const isGuarded = options?.visible !== undefined
  const said = (hint: Cache.Hint | undefined): Partial<Caching.Members> | undefined => {
    if (hint === undefined) return isGuarded ? { cacheScope: "private" } : undefined
    return isGuarded ? { ...Caching.members(hint), cacheScope: "private" } : Caching.members(hint)
  }
  const usual = said(options?.cache)
  return (uri, value) => {
    if (!Resource.isResult(value)) return { contents: contentsOf(uri, mimeType, value), ...usual }
    return {
      contents: contentsOf(uri, mimeType, value.contents),
      ...(value.cache === undefined ? usual : said(value.cache)),
      ...(value.meta === undefined ? undefined : { _meta: value.meta })
    }
  }
}

const contentsOf = (
  uri: string,
  mimeType: string | undefined,
  contents: Resource.Contents
): ReadonlyArray<Wire.ResourceContents> => {
  const base = mimeType === undefined ? { uri } : { uri, mimeType }
  if (typeof contents === "string") return [{ ...base, text: contents }]
  if (contents instanceof Uint8Array) return [{ ...base, blob: Base64.encode(contents) }]
  // by `Resource.Contents`, what is left is one item or several
  return Array.isArray(contents) ? contents : [contents as Wire.ResourceContents]
}

/**
 * Answers `resources/list`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const list = (
  caller: Caller,
  params: { readonly cursor?: string }
): Effect.Effect<Wire.ListResourcesResult, ProtocolError.ProtocolError> =>
  Pagination.list(caller, "resources", caller.registry.resources, params.cursor, (items, nextCursor) => ({
    resources: items.map((item) => item.resource),
    ...nextCursor
  }))

/**
 * Answers `resources/templates/list`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const listTemplates = (
  caller: Caller,
  params: { readonly cursor?: string }
): Effect.Effect<Wire.ListResourceTemplatesResult, ProtocolError.ProtocolError> =>
  Pagination.list(caller, "templates", caller.registry.templates, params.cursor, (items, nextCursor) => ({
    resourceTemplates: items.map((item) => item.template),
    ...nextCursor
  }))

/**
 * Finds what a URI stands for: a listed resource, else the first template that matches (RES-22).
 *
 * @category handlers
 * @since 0.1.0
 */
export const find = (
  caller: Caller,
  uri: string
): Pick<RegisteredResource, "read" | "changes"> | undefined => {
  const { session } = caller.negotiated
  const resource = caller.registry.resources.get(uri, session)
  if (resource !== undefined) return resource
  for (const template of caller.registry.templates.visible(session)) {
    const values = template.uriTemplate.match(uri)
    if (values === undefined) continue
    const { changes, read } = template
    return { read: () => read(values, uri), changes: changes && (() => changes(values, uri)) }
  }
  return undefined
}

/**
 * Answers `resources/read`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const read = (
  caller: Caller,
  { uri }: Wire.ReadResourceParams
): Effect.Effect<Wire.ReadResourceResult, ProtocolError.ProtocolError> =>
  Effect.suspend(() => {
    if (!Resource.isUri(uri)) return Effect.fail(ProtocolError.invalidParams("uri is not an absolute URI"))
    return find(caller, uri)?.read(uri) ?? Effect.fail(ProtocolError.resourceNotFound(uri))
  })
