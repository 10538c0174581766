/**
 * The tables of what a server does for each method of a client, one for each era.
 *
 * They decide nothing: which methods a request may use is its revision's and the capabilities' business.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import { CurrentPrincipal } from "../Principal.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { ProtocolError } from "../ProtocolError.ts"
import type { Caller } from "./Caller.ts"
import * as Completions from "./Completions.ts"
import type { Connection } from "./Connection.ts"
import * as Discover from "./Discover.ts"
import * as Initialize from "./Initialize.ts"
import * as Listen from "./Listen.ts"
import * as Logging from "./Logging.ts"
import * as Ping from "./Ping.ts"
import * as Prompts from "./Prompts.ts"
import * as Resources from "./Resources.ts"
import type { StatelessCaller } from "./StatelessCaller.ts"
import * as Subscriptions from "./Subscriptions.ts"
import * as Tools from "./Tools.ts"

/**
 * What a server does for one method; `params` are decoded, the result is not encoded yet.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<in C> = (
  caller: C,
  params: unknown,
  request: InboundRequest
) => Effect.Effect<unknown, ProtocolError>

type Table<C> = {
  readonly [M in keyof ClientRequests]?: (
    caller: C,
    params: ClientRequests[M]["params"],
    request: InboundRequest
  ) => Effect.Effect<ClientRequests[M]["result"], ProtocolError>
}

// What both eras have.
const features: Table<Caller> = {
  "tools/list": Tools.list,
  "tools/call": Tools.call,
  "resources/list": Resources.list,
  "resources/templates/list": Resources.listTemplates,
  "resources/read": Resources.read,
  "prompts/list": Prompts.list,
  "prompts/get": Prompts.get,
  "completion/complete": Completions.complete
}

const ofSessions: Table<Connection> = {
  ...features,
  "initialize": (connection, params) =>
    Effect.flatMap(CurrentPrincipal, (principal) => Initialize.initialize(connection, params, principal)),
  "ping": Ping.ping,
  "resources/subscribe": Subscriptions.subscribe,
  "resources/unsubscribe": Subscriptions.unsubscribe,
  "logging/setLevel": Logging.setLevel
}

const ofRequests: Table<StatelessCaller> = {
  ...features,
  "server/discover": Discover.discover,
  "subscriptions/listen": Listen.listen
}

const byMethod = <C>(table: Table<C>): ReadonlyMap<string, Handler<C>> =>
  // the codec that decodes a method's params and the handler that takes them are both typed by the method
  new Map(Object.entries(table) as Array<[string, Handler<C>]>)

/**
 * The handlers of the session era, by method.
 *
 * @category constants
 * @since 0.1.0
 */
export const sessionHandlers: ReadonlyMap<string, Handler<Connection>> = byMethod(ofSessions)

/**
 * The handlers of the stateless era, by method.
 *
 * @category constants
 * @since 0.1.0
 */
export const statelessHandlers: ReadonlyMap<string, Handler<StatelessCaller>> = byMethod(ofRequests)
