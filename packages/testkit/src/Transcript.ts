/**
 * A `Transcript` is a conversation as it went over a wire, line by line: `>` is what the client says, `<` what the server says, `#` is for the
 * reader.
 *
 * It is not bound to a transport: whatever carries messages can be recorded, and replay it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"

/**
 * A message, and who said it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Line {
  readonly from: "client" | "server"
  readonly message: unknown
}

/**
 * The text of a line.
 *
 * @category encoding
 * @since 0.1.0
 */
export const formatLine = ({ from, message }: Line): string =>
  `${from === "client" ? ">" : "<"} ${JSON.stringify(message)}`

/**
 * The text of a transcript.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = (lines: ReadonlyArray<Line>): string => lines.map((line) => `${formatLine(line)}\n`).join("")

/**
 * A client's transport that says what goes over it, in order.
 *
 * @category combinators
 * @since 0.1.0
 */
export const record = (transport: Transport["Service"], onLine: (line: Line) => void): Transport["Service"] => ({
  ...transport,
  send: (message, relatedTo) =>
    Effect.suspend(() => {
      onLine({ from: "client", message })
      return transport.send(message, relatedTo)
    }),
  run: (receive) =>
    transport.run((json, context) => {
      onLine({ from: "server", message: json })
      receive(json, context)
    })
})
