/**
 * A `List` is one of the lists that a server has: how a page of it is asked for, and how something joins it for a while.
 *
 * It knows nothing of what is listed but its key.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Tool from "@mcp-effect/core/Tool"
import type * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Law from "../Law.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import type * as Subject from "./Subject.ts"

/**
 * A page: the keys of what is listed, and the place of the next one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  readonly keys: ReadonlyArray<string>
  readonly nextCursor: string | undefined
}

/**
 * A list.
 *
 * @category models
 * @since 0.1.0
 */
export interface List {
  readonly name: string
  readonly kind: Registered["kind"]
  readonly page: (client: Client.Methods, cursor: string | undefined) => Effect.Effect<Page, SessionError>
  /** The key of the guest of a number. */
  readonly keyOf: (guest: number) => string
  /** Lists a guest until the scope ends. */
  readonly join: (guest: number) => Effect.Effect<void, never, Server.Registry | Scope.Scope>
}

const guestName = (guest: number): string => `testkit-guest-${guest}`

const params = (cursor: string | undefined) => cursor === undefined ? {} : { cursor }

// what a client has kept is not what the server lists by now
const fresh: { readonly isFresh: true } = { isFresh: true }

const tools: List = {
  name: "tools",
  kind: "tool",
  page: (client, cursor) =>
    Effect.map(client.request("tools/list", params(cursor), fresh), ({ nextCursor, tools }) => ({
      keys: tools.map(({ name }) => name),
      nextCursor
    })),
  keyOf: guestName,
  join: (guest) => Server.registerTool(Tool.make(guestName(guest)), () => Effect.void)
}

const prompts: List = {
  name: "prompts",
  kind: "prompt",
  page: (client, cursor) =>
    Effect.map(client.request("prompts/list", params(cursor), fresh), ({ nextCursor, prompts }) => ({
      keys: prompts.map(({ name }) => name),
      nextCursor
    })),
  keyOf: guestName,
  join: (guest) => Server.registerPrompt(Prompt.make(guestName(guest)), () => Effect.succeed(""))
}

const resources: List = {
  name: "resources",
  kind: "resource",
  page: (client, cursor) =>
    Effect.map(client.request("resources/list", params(cursor), fresh), ({ nextCursor, resources }) => ({
      keys: resources.map(({ uri }) => uri),
      nextCursor
    })),
  keyOf: (guest) => `testkit:${guestName(guest)}`,
  join: (guest) =>
    Server.registerResource(
      Resource.make(`testkit:${guestName(guest)}`, { name: guestName(guest) }),
      () => Effect.succeed("")
    )
}

const templates: List = {
  name: "resource templates",
  kind: "resourceTemplate",
  page: (client, cursor) =>
    Effect.map(
      client.request("resources/templates/list", params(cursor), fresh),
      ({ nextCursor, resourceTemplates }) => ({
        keys: resourceTemplates.map(({ uriTemplate }) => uriTemplate),
        nextCursor
      })
    ),
  keyOf: (guest) => `testkit:${guestName(guest)}/{id}`,
  join: (guest) =>
    Server.registerResourceTemplate(
      ResourceTemplate.make<string>(`testkit:${guestName(guest)}/{id}`, { name: guestName(guest) }),
      () => Effect.succeed("")
    )
}

const all: ReadonlyArray<List> = [tools, prompts, resources, templates]

const byKind: { readonly [K in Registered["kind"]]: List } = {
  tool: tools,
  prompt: prompts,
  resource: resources,
  resourceTemplate: templates
}

/**
 * The list that handlers of a kind are on.
 *
 * @category accessors
 * @since 0.1.0
 */
export const listOf = (kind: Registered["kind"]): List => byKind[kind]

/**
 * The key of a handler in its list.
 *
 * @category accessors
 * @since 0.1.0
 */
export const keyOf = ({ declaration, kind }: Registered): string =>
  kind === "resource" ? declaration.uri : kind === "resourceTemplate" ? declaration.uriTemplate.text : declaration.name

/**
 * The lists that a server with these handlers has.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (registered: ReadonlyArray<Registered>): ReadonlyArray<List> =>
  all.filter(({ kind }) => registered.some((handler) => handler.kind === kind))

/**
 * A law of each list that the server has.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lawOfEach = <A>(
  name: string,
  settings: Subject.Settings,
  arbitrary: Arbitrary.Arbitrary<A>,
  holds: (list: List, value: A) => Effect.Effect<void, Law.Broken>
): Law.Law =>
  Law.make(
    name,
    Effect.map(HandlerLaw.handlers(settings), (registered) =>
      of(registered).map((list) =>
        Law.property({
          subject: `list of ${list.name}`,
          arbitrary,
          holds: (value) => holds(list, value)
        })
      ))
  )
