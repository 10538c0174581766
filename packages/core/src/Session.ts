/**
 * The `Session` is what the two sides have agreed on and the server has to remember: one serialisable record.
 *
 * It is not what is live (the connection, its requests and streams): that is bound to a `Scope`. A store can hold this record and another
 * node can go on with it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Principal } from "./Principal.ts"
import { ClientCapabilities } from "./protocol/Capabilities.ts"
import { Implementation } from "./protocol/Implementation.ts"
import { LoggingLevel } from "./protocol/Logging.ts"

/**
 * A session: its id, negotiated version, the client as it described itself, the principal it is bound to, the least severe level of log
 * messages that the client wants (LOG-6; none when absent), the URIs it is subscribed to.
 *
 * In the stateless era it is made of each request's own `_meta` and lives as long as the request. It has no id then, and the client need not
 * say what it is (META-14).
 *
 * @category schemas
 * @since 0.1.0
 */
export const Session = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  protocolVersion: Schema.String,
  clientInfo: Schema.optionalKey(Implementation),
  clientCapabilities: ClientCapabilities,
  principal: Principal,
  logLevel: Schema.optionalKey(LoggingLevel),
  subscriptions: Schema.Array(Schema.String)
})

/**
 * A session.
 *
 * @category models
 * @since 0.1.0
 */
export interface Session extends Schema.Schema.Type<typeof Session> {}
