/**
 * `RawWire`s are HTTP for transcripts: they carry whatever a client says, in whatever order, as no client of a library would.
 *
 * They are not for clients of applications; over memory and stdio a transcript needs no other wire than these do (`Wire`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @since 0.1.0
 */
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Wire from "./Wire.ts"
import * as RawHttp from "./wire/RawHttp.ts"

const path = "/mcp"

const raw = (wire: Wire.Wire, sse: boolean): Wire.Wire => ({
  ...wire,
  name: `raw ${wire.name}`,
  serve: Effect.map(
    Layer.build(Endpoint.layer({ path })),
    (context) => RawHttp.make(Context.get(context, Endpoint.Endpoint), { path, sse, version: Revisions.latest.version })
  )
})

/**
 * Over Streamable HTTP, without a port.
 *
 * @category wires
 * @since 0.1.0
 */
export const http: Wire.Wire = raw(Wire.http, false)

/**
 * Over HTTP+SSE, without a port.
 *
 * @category wires
 * @since 0.1.0
 */
export const sse: Wire.Wire = raw(Wire.sse, true)
