/**
 * A server for the tests of supervision: `node Mortal.ts`. It answers what a client needs to connect, tells its process id to who asks for a completion, and
 * dies of being asked for its tools. It tells the witness at `WITNESS` that it lives.
 *
 * It imports nothing that takes long, because it is started often.
 *
 * @since 0.1.0
 */
import { connect } from "node:net"

const witness = process.env["WITNESS"]
if (witness !== undefined) {
  const socket = connect(witness, () => socket.write(`mortal ${process.pid}\n`)).on("error", () => {})
  socket.unref()
}

interface Request {
  readonly id?: number
  readonly method: string
  readonly params?: { readonly protocolVersion?: string }
}

const answer = ({ method, params }: Request): object => {
  switch (method) {
    case "initialize":
      return {
        result: {
          protocolVersion: params?.protocolVersion,
          capabilities: { completions: {}, tools: {} },
          serverInfo: { name: "mortal", version: "1.0.0" }
        }
      }
    case "completion/complete":
      return { result: { completion: { values: [String(process.pid)] } } }
    case "tools/call":
      return process.kill(process.pid, "SIGKILL") ? {} : {}
    case "ping":
      return { result: {} }
    default:
      return { error: { code: -32601, message: "Method not found" } }
  }
}

let rest = ""
process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
  const lines = (rest + chunk).split("\n")
  rest = lines.pop()!
  for (const line of lines) {
    // the client under test says what it should
    const request = JSON.parse(line) as Request
    if (request.id !== undefined) {
      process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id: request.id, ...answer(request) })}\n`)
    }
  }
})
