/**
 * The table of what a server does for each method of a client.
 *
 * It decides nothing: which methods a session may use is its revision's and its capabilities' business.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { InboundRequest } from "../peer/InboundRequests.ts"
import { CurrentPrincipal } from "../Principal.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { ProtocolError } from "../ProtocolError.ts"
import * as Completions from "./Completions.ts"
import type { Connection } from "./Connection.ts"
import * as Initialize from "./Initialize.ts"
import * as Logging from "./Logging.ts"
import * as Ping from "./Ping.ts"
import * as Prompts from "./Prompts.ts"
import * as Resources from "./Resources.ts"
import * as Subscriptions from "./Subscriptions.ts"
import * as Tools from "./Tools.ts"

/**
 * What a server does for one method; `params` are decoded, the result is not encoded yet.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler = (
  connection: Connection,
  params: unknown,
  request: InboundRequest
) => Effect.Effect<unknown, ProtocolError>

type Table = {
  readonly [M in keyof ClientRequests]?: (
    connection: Connection,
    params: ClientRequests[M]["params"],
    request: InboundRequest
  ) => Effect.Effect<ClientRequests[M]["result"], ProtocolError>
}

const table: Table = {
  "initialize": (connection, params) =>
    Effect.flatMap(CurrentPrincipal, (principal) => Initialize.initialize(connection, params, principal)),
  "ping": Ping.ping,
  "tools/list": Tools.list,
  "tools/call": Tools.call,
  "resources/list": Resources.list,
  "resources/templates/list": Resources.listTemplates,
  "resources/read": Resources.read,
  "resources/subscribe": Subscriptions.subscribe,
  "resources/unsubscribe": Subscriptions.unsubscribe,
  "prompts/list": Prompts.list,
  "prompts/get": Prompts.get,
  "completion/complete": Completions.complete,
  "logging/setLevel": Logging.setLevel
}

/**
 * The handlers by method.
 *
 * @category constants
 * @since 0.1.0
 */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  // the codec that decodes a method's params and the handler that takes them are both typed by the method
  Object.entries(table) as Array<[string, Handler]>
)
