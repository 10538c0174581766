/**
 * The `_meta` of a request: progress token, and in the stateless era the version, identity and capabilities of the client.
 *
 * It does not say what a revision requires: all members are optional here (META-9..12 hold in the stateless era only).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#_meta
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ClientCapabilities } from "./Capabilities.ts"
import { Implementation } from "./Implementation.ts"
import { LoggingLevel } from "./LoggingLevel.ts"
import { ProgressToken } from "./Meta.ts"

/**
 * The `_meta` of a request.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestMeta = Schema.StructWithRest(
  Schema.Struct({
    progressToken: Schema.optionalKey(ProgressToken),
    "io.modelcontextprotocol/protocolVersion": Schema.optionalKey(Schema.String),
    "io.modelcontextprotocol/clientInfo": Schema.optionalKey(Implementation),
    "io.modelcontextprotocol/clientCapabilities": Schema.optionalKey(ClientCapabilities),
    "io.modelcontextprotocol/logLevel": Schema.optionalKey(LoggingLevel)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export interface RequestMeta extends Schema.Schema.Type<typeof RequestMeta> {}

/**
 * The `_meta` of a request of the stateless era: it says which version it is in and what its client can do (META-9, META-10).
 *
 * @category schemas
 * @since 0.1.0
 */
export const StatelessRequestMeta = Schema.StructWithRest(
  Schema.Struct({
    progressToken: Schema.optionalKey(ProgressToken),
    "io.modelcontextprotocol/protocolVersion": Schema.String,
    "io.modelcontextprotocol/clientInfo": Schema.optionalKey(Implementation),
    "io.modelcontextprotocol/clientCapabilities": ClientCapabilities,
    "io.modelcontextprotocol/logLevel": Schema.optionalKey(LoggingLevel)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export interface StatelessRequestMeta extends Schema.Schema.Type<typeof StatelessRequestMeta> {}

/**
 * The params that every request of the stateless era has.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StatelessRequestParams = Schema.Struct({ _meta: StatelessRequestMeta })

export interface StatelessRequestParams extends Schema.Schema.Type<typeof StatelessRequestParams> {}

/**
 * The params of a request that has none of its own.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestParams = Schema.Struct({
  _meta: Schema.optionalKey(RequestMeta)
})

export interface RequestParams extends Schema.Schema.Type<typeof RequestParams> {}
