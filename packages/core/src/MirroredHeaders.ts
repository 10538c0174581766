/**
 * `MirroredHeaders` are what a transport carries of a message beside its body, so that gateways can route it without reading it.
 *
 * They are never believed (HDR-26): the server holds them against the body, and refuses a request where they differ.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#request-headers
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * The headers of one message. `header` finds one by its lower-case name; one that was sent several times is joined by commas.
 *
 * @category models
 * @since 0.1.0
 */
export interface Headers {
  readonly header: (name: string) => string | undefined
}

/**
 * The headers of the message being received. A transport that has such headers provides them with each message; by default there are none.
 *
 * @category references
 * @since 0.1.0
 */
export const MirroredHeaders: Context.Reference<Headers | undefined> = Context.Reference(
  "@mcp-effect/core/MirroredHeaders",
  { defaultValue: (): Headers | undefined => undefined }
)

/**
 * The member of the params that the header `Mcp-Name` mirrors, by method (HTTP26-24). Other methods have no such header.
 *
 * @category constants
 * @since 0.1.0
 */
export const mirroredName: ReadonlyMap<string, "name" | "uri"> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"]
])
