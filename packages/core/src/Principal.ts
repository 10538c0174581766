/**
 * The `Principal` is whoever a request is made for, as established by the transport (or by middleware), never as claimed by the client.
 *
 * It is not `clientInfo`, which is self-reported and for display only (META-18).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/**
 * Who a request is made for: `subject` identifies the user within `issuer`, `clientId` the client application. What is kept between
 * requests (sessions, subscriptions) is bound to the principal as a whole.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Principal = Schema.Struct({
  subject: Schema.String,
  issuer: Schema.optionalKey(Schema.String),
  clientId: Schema.optionalKey(Schema.String),
  scopes: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * Who a request is made for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Principal extends Schema.Schema.Type<typeof Principal> {}

/**
 * Nobody in particular: the principal of an unauthenticated request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const anonymous: Principal = { subject: "anonymous" }

/**
 * The principal of the request being handled. A transport or a middleware provides it; anonymous by default.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentPrincipal: Context.Reference<Principal> = Context.Reference("@mcp-effect/core/CurrentPrincipal", {
  defaultValue: () => anonymous
})

/**
 * Whether two principals are the same party. Scopes may differ between two tokens of one party.
 *
 * @category guards
 * @since 0.1.0
 */
export const isSame = (self: Principal, that: Principal): boolean =>
  self.subject === that.subject && self.issuer === that.issuer && self.clientId === that.clientId
