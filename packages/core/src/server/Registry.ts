/**
 * The `Registry` is what a server offers: tools, resources, templates, prompts and the middleware around them.
 *
 * It is not who is connected: the server hears of every change and tells its sessions.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Complete } from "../Completion.ts"
import type * as JsonRpc from "../JsonRpc.ts"
import type { ParameterHeader } from "../ParameterHeader.ts"
import type { Principal } from "../Principal.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { GetPromptResult, Prompt } from "../protocol/Prompt.ts"
import type { ReadResourceResult, Resource, ResourceTemplate } from "../protocol/Resource.ts"
import type { CallToolResult, Tool } from "../protocol/Tool.ts"
import type { ProtocolError } from "../ProtocolError.ts"
import type { Revision } from "../revision/Revision.ts"
import type { Session } from "../Session.ts"
import type * as UriTemplate from "../UriTemplate.ts"
import { Table } from "./Table.ts"

/**
 * A tool as it is listed and as it is called. `call` is given the arguments as they came.
 *
 * @category models
 * @since 0.1.0
 */
export interface RegisteredTool {
  readonly tool: Tool
  /** The parameters that headers mirror. */
  readonly headers: ReadonlyArray<ParameterHeader>
  readonly call: (args: unknown, revision: Revision) => Effect.Effect<CallToolResult, ProtocolError>
}

/**
 * A resource as it is listed, read and watched.
 *
 * @category models
 * @since 0.1.0
 */
export interface RegisteredResource {
  readonly resource: Resource
  readonly read: (uri: string) => Effect.Effect<ReadResourceResult, ProtocolError>
  readonly changes: ((uri: string) => Stream.Stream<unknown>) | undefined
}

/**
 * A resource template as it is listed, read, watched and completed. The variables are given as they were matched.
 *
 * @category models
 * @since 0.1.0
 */
export interface RegisteredTemplate {
  readonly template: ResourceTemplate
  readonly uriTemplate: UriTemplate.UriTemplate
  readonly read: (variables: UriTemplate.Values, uri: string) => Effect.Effect<ReadResourceResult, ProtocolError>
  readonly changes: ((variables: UriTemplate.Values, uri: string) => Stream.Stream<unknown>) | undefined
  readonly complete: ReadonlyMap<string, Complete<never>>
}

/**
 * A prompt as it is listed, filled in and completed.
 *
 * @category models
 * @since 0.1.0
 */
export interface RegisteredPrompt {
  readonly prompt: Prompt
  readonly get: (args: unknown) => Effect.Effect<GetPromptResult, ProtocolError>
  readonly complete: ReadonlyMap<string, Complete<never>>
}

/**
 * A request as middleware sees it: decoded, and of a known method.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientRequest<out M extends keyof ClientRequests> {
  readonly method: M
  readonly id: JsonRpc.RequestId
  readonly params: ClientRequests[M]["params"]
  /** Undefined for what comes before the session: `initialize` and early pings. */
  readonly session: Session | undefined
  readonly principal: Principal
}

/**
 * Runs around every request and may change its result or error, answer in its place, or provide another `CurrentPrincipal`.
 *
 * @category models
 * @since 0.1.0
 */
export type Middleware<R> = <M extends keyof ClientRequests>(
  request: ClientRequest<M>,
  next: Effect.Effect<ClientRequests[M]["result"], ProtocolError>
) => Effect.Effect<ClientRequests[M]["result"], ProtocolError, R>

/**
 * What can be announced.
 *
 * @category models
 * @since 0.1.0
 */
export type ListChanged =
  | "notifications/tools/list_changed"
  | "notifications/resources/list_changed"
  | "notifications/prompts/list_changed"

/**
 * What a server offers.
 *
 * @category services
 * @since 0.1.0
 */
export class Registry extends Context.Service<Registry, {
  readonly tools: Table<RegisteredTool>
  readonly resources: Table<RegisteredResource>
  readonly templates: Table<RegisteredTemplate>
  readonly prompts: Table<RegisteredPrompt>
  /** Outermost first. */
  readonly middleware: Array<Middleware<never>>
  /** What requests run with: the services around the server, and those that every handler has. */
  readonly context: Context.Context<never>
  /** Tells whoever is subscribed to a URI that its resource has changed. */
  readonly updated: (uri: string) => void
}>()("@mcp-effect/core/server/Registry") {}

/**
 * An empty registry that reports its changes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  context: Context.Context<never>,
  onChange: (method: ListChanged) => void,
  updated: (uri: string) => void
): Registry["Service"] => {
  const resources = () => onChange("notifications/resources/list_changed")
  const registry = {
    tools: new Table<RegisteredTool>(() => onChange("notifications/tools/list_changed")),
    resources: new Table<RegisteredResource>(resources),
    templates: new Table<RegisteredTemplate>(resources),
    prompts: new Table<RegisteredPrompt>(() => onChange("notifications/prompts/list_changed")),
    middleware: [],
    context,
    updated
  }
  // handlers may register too; rebuilt flat, since every request adds to it
  registry.context = Context.makeUnsafe(Context.add(context, Registry, registry).mapUnsafe)
  return registry
}
