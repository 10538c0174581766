/**
 * `subscriptions/listen` on the server: a request that stays, and carries the news its client asked for (SUB).
 *
 * It is not `resources/subscribe` of the session era (`Subscriptions`), and nothing that belongs to another request travels here (SUB-11).
 *
 * A server that has nothing to subscribe to does not have the method (SUB-14). Of a filter, what the server cannot honour is left out and the rest
 * stands (SUB-5), also when nothing is left: the acknowledgement says so, and it is the client's to end it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type * as JsonRpc from "../JsonRpc.ts"
import type { InboundRequest, Wire } from "../peer/InboundRequest.ts"
import { CurrentPrincipal } from "../Principal.ts"
import type { ServerCapabilities } from "../protocol/Capabilities.ts"
import type {
  SubscriptionFilter,
  SubscriptionsListenParams,
  SubscriptionsListenResult
} from "../protocol/Subscription.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Resource from "../Resource.ts"
import { Announcements, type News } from "./Announcements.ts"
import type { Listener } from "./Listens.ts"
import type { ListChanged } from "./Registry.ts"
import * as Resources from "./Resources.ts"
import type { StatelessCaller } from "./StatelessCaller.ts"

const acknowledged = "notifications/subscriptions/acknowledged"
const updated = "notifications/resources/updated"

const lists = [
  { field: "toolsListChanged", feature: "tools", method: "notifications/tools/list_changed" },
  { field: "promptsListChanged", feature: "prompts", method: "notifications/prompts/list_changed" },
  { field: "resourcesListChanged", feature: "resources", method: "notifications/resources/list_changed" }
] as const

/** What the server will honour of a filter; resources with what watches them. */
interface Agreed {
  readonly lists: ReadonlySet<ListChanged>
  readonly resources: ReadonlyMap<string, Stream.Stream<unknown> | undefined>
}

// What leaves on a subscription: only what was agreed on, nothing before that is acknowledged (SUB-3, SUB-4, SUB-11), and all of it with its id (META-19).
class SubscriptionWire implements Wire {
  readonly #caller: StatelessCaller
  readonly #id: JsonRpc.RequestId
  #carried: ReadonlySet<string> = new Set([acknowledged])

  constructor(caller: StatelessCaller, id: JsonRpc.RequestId) {
    this.#caller = caller
    this.#id = id
  }

  carry(agreed: Agreed): void {
    this.#carried = new Set([...agreed.lists, updated, "notifications/cancelled"])
  }

  encodeError(error: ProtocolError.ProtocolError): JsonRpc.ErrorObject {
    return this.#caller.encodeError(error)
  }

  encodeNotification(method: string, params: object): object | undefined {
    return this.#carried.has(method)
      ? this.#caller.encodeNews(method, { ...params, _meta: metaOf(this.#id) })
      : undefined
  }
}

const metaOf = (id: JsonRpc.RequestId) => ({ "io.modelcontextprotocol/subscriptionId": id })

/**
 * Answers `subscriptions/listen` when the server ends it; a client that ends it is not answered. A principal has at most `maxListens` at a time, each
 * with at most `maxSubscriptions` resources.
 *
 * @category handlers
 * @since 0.1.0
 */
export const listen = (
  caller: StatelessCaller,
  { notifications }: SubscriptionsListenParams,
  request: InboundRequest
): Effect.Effect<SubscriptionsListenResult, ProtocolError.ProtocolError> => {
  if (!isSubscribable(caller.negotiated.capabilities)) return Effect.fail(ProtocolError.methodNotFound(request.method))
  const wire = new SubscriptionWire(caller, request.id)
  // from here on, so that middleware says nothing on it either
  request.wire = wire
  const ended = request.standing ??= Latch.makeUnsafe(false)
  return Effect.scoped(Effect.gen(function*() {
    const ready = Latch.makeUnsafe(false)
    const agreed = yield* open(caller, notifications, request, ready)
    yield* request.notify(acknowledged, { notifications: filterOf(agreed) })
    wire.carry(agreed)
    ready.openUnsafe()
    yield* ended.await
    return { _meta: metaOf(request.id) }
  }))
}

const isSubscribable = (capabilities: ServerCapabilities): boolean =>
  capabilities.resources?.subscribe === true || lists.some(({ feature }) => capabilities[feature]?.listChanged === true)

// What changes from here on is told once `ready` is open.
const open = (
  caller: StatelessCaller,
  wanted: SubscriptionFilter,
  request: InboundRequest,
  ready: Latch.Latch
): Effect.Effect<Agreed, ProtocolError.ProtocolError, Scope.Scope> =>
  Effect.gen(function*() {
    const { listens, options, registry, subscribers } = caller.server
    const principal = yield* CurrentPrincipal
    const announcements = new Announcements({
      ready,
      send: (news) => tell(request, news),
      context: registry.context,
      scope: yield* Effect.scope
    })
    const opened = yield* Effect.acquireRelease(
      Effect.suspend(() => {
        if (listens.count(principal) >= options.maxListens) {
          return Effect.fail(
            ProtocolError.internalError(`Too many subscriptions are open (at most ${options.maxListens})`)
          )
        }
        // the author's code first: when it fails, nothing is remembered
        const agreed = agree(caller, wanted)
        const listener: Listener = { principal, request, announcements, lists: agreed.lists }
        listens.add(listener)
        for (const [uri, changes] of agreed.resources) subscribers.add(announcements, uri, changes)
        return Effect.succeed({ agreed, listener })
      }),
      ({ agreed, listener }) =>
        Effect.sync(() => {
          listens.delete(listener)
          for (const uri of agreed.resources.keys()) subscribers.delete(announcements, uri)
        })
    )
    return opened.agreed
  })

const tell = (request: InboundRequest, news: News): Effect.Effect<void> =>
  typeof news === "string" ? request.notify(news, {}) : request.notify(updated, news)

// Lists that are announced, and resources that are there for this caller. No more URIs are looked at than may be subscribed to, whatever the client sends.
const agree = (caller: StatelessCaller, wanted: SubscriptionFilter): Agreed => {
  const { capabilities } = caller.negotiated
  const resources = new Map<string, Stream.Stream<unknown> | undefined>()
  if (capabilities.resources?.subscribe === true) {
    const uris = new Set(wanted.resourceSubscriptions)
    for (const uri of Array.from(uris).slice(0, caller.server.options.maxSubscriptions)) {
      const resource = Resource.isUri(uri) ? Resources.find(caller, uri) : undefined
      if (resource !== undefined) resources.set(uri, resource.changes?.(uri))
    }
  }
  return {
    lists: new Set(
      lists
        .filter(({ feature, field }) => wanted[field] === true && capabilities[feature]?.listChanged === true)
        .map(({ method }) => method)
    ),
    resources
  }
}

const filterOf = (agreed: Agreed): SubscriptionFilter => ({
  ...Object.fromEntries(
    lists.filter(({ method }) => agreed.lists.has(method)).map(({ field }) => [field, true])
  ),
  ...(agreed.resources.size === 0 ? undefined : { resourceSubscriptions: Array.from(agreed.resources.keys()) })
})
