/**
 * A tool that ends the connection it is called on before it answers: the client comes back for the result.
 *
 * Over a transport that has one connection for everything, it just answers.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 */
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"

const Reconnection = Tool.make("test_reconnection", {
  description: "Closes the stream of its own request, and answers a little later"
})

/** The tool. */
export const layer = Server.tool(Reconnection, () =>
  Effect.gen(function*() {
    const request = yield* RequestContext.RequestContext
    yield* request.closeStream
    yield* Effect.sleep("100 millis")
    return "Reconnection test completed successfully"
  }))
