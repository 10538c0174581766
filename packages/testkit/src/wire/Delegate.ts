/**
 * A `Delegate` is part of a connection that leaves to another one whatever it does not do itself.
 *
 * It is not a copy: what it stands for may be an instance of a class, of which a copy would lose the methods.
 *
 * @since 0.1.0
 */
import type { Connected } from "@mcp-effect/core/Server"
import type { Outgoing, Transport } from "@mcp-effect/core/Transport"

/**
 * Sends in another way.
 *
 * @category combinators
 * @since 0.1.0
 */
export const outgoing = (of: Outgoing, send: Outgoing["send"]): Outgoing => ({
  ...(of.cancelled === undefined ? undefined : { cancelled: (id) => of.cancelled!(id) }),
  ...(of.closeStream === undefined ? undefined : { closeStream: (id) => of.closeStream!(id) }),
  isCongested: (relatedTo) => of.isCongested(relatedTo),
  send
})

/**
 * Sends in another way, and receives in another way where there is one.
 *
 * @category combinators
 * @since 0.1.0
 */
export const transport = (
  of: Transport["Service"],
  send: Outgoing["send"],
  run: Transport["Service"]["run"] = (receive) => of.run(receive)
): Transport["Service"] => ({
  ...outgoing(of, send),
  ...(of.gaps === undefined ? undefined : { gaps: of.gaps }),
  run
})

/**
 * Receives in another way.
 *
 * @category combinators
 * @since 0.1.0
 */
export const connected = (of: Connected, receive: Connected["receive"]): Connected => ({
  get drain() {
    return of.drain
  },
  session: () => of.session(),
  size: () => of.size(),
  receive
})
