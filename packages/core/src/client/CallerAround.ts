/**
 * A `CallerAround` another is what stands between the features of a client and its connection.
 *
 * By itself it changes nothing: who extends it does.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ClientNotifications, ClientRequests } from "../protocol/Methods.ts"
import type { Revision } from "../revision/Revision.ts"
import type { SessionError } from "../SessionError.ts"
import type { TransportError } from "../TransportError.ts"
import type { Caller, CallerOptions, RequestOptions, ServerDescription } from "./Caller.ts"
import type { Notifications } from "./Notifications.ts"

/**
 * A caller that speaks through another.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerAround implements Caller {
  readonly inner: Caller

  constructor(inner: Caller) {
    this.inner = inner
  }

  get server(): ServerDescription {
    return this.inner.server
  }

  get revision(): Revision {
    return this.inner.revision
  }

  get notifications(): Notifications {
    return this.inner.notifications
  }

  get ended(): Effect.Effect<void, SessionError | TransportError> {
    return this.inner.ended
  }

  ready(options?: Pick<RequestOptions, "timeout">): Effect.Effect<void, SessionError> {
    return this.inner.ready(options)
  }

  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: CallerOptions
  ): Effect.Effect<ClientRequests[M]["result"], SessionError> {
    return this.inner.request(method, params, options)
  }

  notify<M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M]["params"]
  ): Effect.Effect<void> {
    return this.inner.notify(method, params)
  }
}
