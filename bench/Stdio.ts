/**
 * A client of a stdio server that does next to nothing itself: it writes requests ahead, and counts the lines that come back.
 *
 * It does not read what it is told, except for the first answer to each kind of request.
 */
import type { Client } from "./Client.ts"
import { type Options, Process } from "./Process.ts"

const newline = 10

export const connect = (contender: string, options: Partial<Options> = {}): Client => {
  const process = new Process(contender, { ...options, transport: "stdio" })
  const input = process.child.stdin!
  const output = process.child.stdout!
  let onLine: (line: () => string) => void = () => {}
  let chunks: Array<Buffer> = []
  output.on("data", (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      chunks.push(chunk.subarray(start, end))
      start = end + 1
      const line = chunks
      chunks = []
      onLine(() => Buffer.concat(line).toString())
    }
    if (start < chunk.length) chunks.push(chunk.subarray(start))
  })
  input.on("error", () => {})
  let id = 0
  const encode = (method: string, params: object) => `${JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params })}\n`

  return {
    process,
    era: "session",
    notify: async (method) => {
      input.write(`${JSON.stringify({ jsonrpc: "2.0", method })}\n`)
    },
    request: (method, params) =>
      process.expect(
        new Promise((resolve) => {
          onLine = (line) => resolve(JSON.parse(line()))
          input.write(encode(method, params))
        })
      ),
    // as many requests as are in flight are written with one write, and the next ones when all of them are answered
    repeat: (count, depth, method, params) =>
      process.expect(
        new Promise((resolve) => {
          let left = count
          let waiting = 0
          const write = () => {
            waiting = Math.min(left, depth)
            left -= waiting
            let text = ""
            for (let i = 0; i < waiting; i++) text += encode(method, params)
            input.write(text)
          }
          onLine = () => {
            if (--waiting > 0) return
            if (left === 0) resolve(undefined)
            else write()
          }
          write()
        })
      )
  }
}
