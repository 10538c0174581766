/**
 * The floor: the same answers without a protocol. `JSON.parse` and `JSON.stringify` on a raw pipe or on bare `node:http`.
 *
 * It validates nothing, knows no session and no error, so nothing that does can be below it.
 */
import { furtherTools, info, listen, megabyte, transport } from "./Work.mjs"

const inputSchema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] }
const tools = ["echo", ...furtherTools].map((name) => ({ name, description: "Says it again", inputSchema }))

const results = {
  "initialize": ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: info }),
  "tools/list": () => ({ tools }),
  "tools/call": (params) => ({
    content: [{ type: "text", text: params.name === "megabyte" ? megabyte : params.arguments.text }]
  })
}

const answer = ({ id, method, params }) => JSON.stringify({ jsonrpc: "2.0", id, result: results[method](params) })

if (transport === "stdio") {
  let rest = ""
  process.stdin.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop()
    let out = ""
    for (const line of lines) {
      const message = JSON.parse(line)
      if (message.id !== undefined) out += `${answer(message)}\n`
    }
    if (out !== "") process.stdout.write(out)
  })
} else {
  listen((request, response) => {
    const chunks = []
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
      const message = JSON.parse(Buffer.concat(chunks).toString())
      if (message.id === undefined) return response.writeHead(202).end()
      const text = answer(message)
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
      response.end(text)
    })
  })
}
