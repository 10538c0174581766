/**
 * The entries that carry everything in one pipe: memory, the streams of stdio, a process, HTTP+SSE.
 *
 * They carry bytes, and know nothing of what they mean.
 */
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as Server from "@mcp-effect/core/Server"
import { Transport } from "@mcp-effect/core/Transport"
import * as StdioTransport from "@mcp-effect/node/StdioTransport"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type ChildProcess, spawn } from "node:child_process"
import * as http from "node:http"
import { PassThrough, type Readable } from "node:stream"
import { fileURLToPath } from "node:url"

/** One connection. */
export interface Pipe {
  /** Sends one message; false if this wire cannot carry it, or has refused it by itself. */
  readonly send: (bytes: Uint8Array) => boolean | Promise<boolean>
  /** Whether each line is a message of its own. */
  readonly isLines: boolean
  /** How many messages may be on their way at a time. */
  readonly together: number
  /** Whether the other side has gone. */
  readonly isClosed: () => boolean
  readonly close: () => Promise<void>
}

/** Connects to the server. */
export type Open = (heard: (message: unknown) => void) => Promise<Pipe>

type Running = Context.Context<Server.Server>

const serve = (context: Running, transport: Transport["Service"]) =>
  Effect.runForkWith(context)(
    Effect.provideService(Server.serve({ sessionId: "mutations", drainTimeout: 1000 }), Transport, transport)
  )

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** In memory: what is no JSON is not sent. */
export const memory = (context: Running): Open => async (heard) => {
  const scope = Effect.runSync(Scope.make())
  const [near, far] = Effect.runSync(Scope.provide(MemoryTransport.make({ capacity: 100_000 }), scope))
  let isClosed = false
  const reading = Effect.runFork(near.run((json) => heard(JSON.parse(JSON.stringify(json)))))
  const serving = serve(context, far)
  serving.addObserver(() => {
    isClosed = true
  })
  return {
    isLines: false,
    together: 1,
    send: (bytes) => {
      let json
      try {
        json = JSON.parse(decoder.decode(bytes))
      } catch {
        return false
      }
      // it is for the server to find out what it is
      return Exit.isSuccess(Effect.runSyncExit(near.send(json)))
    },
    isClosed: () => isClosed,
    close: async () => {
      await Effect.runPromise(Scope.close(scope, Exit.void))
      await Effect.runPromise(Effect.all([Fiber.await(serving), Fiber.await(reading)]))
    }
  }
}

const lines = (input: Readable, heard: (message: unknown) => void) => {
  let rest = ""
  input.setEncoding("utf8")
  input.on("data", (chunk: string) => {
    const [first = "", ...others] = chunk.split("\n")
    rest += first
    for (const other of others) {
      heard(JSON.parse(rest))
      rest = other
    }
  })
}

const newline = Uint8Array.of(10)

/** Over two streams of this process. */
export const streams = (context: Running): Open => async (heard) => {
  const toServer = new PassThrough()
  const toClient = new PassThrough()
  lines(toClient, heard)
  let isClosed = false
  const serving = serve(context, StdioTransport.make({ input: toServer, output: toClient }))
  serving.addObserver(() => {
    isClosed = true
  })
  return {
    isLines: true,
    together: 1,
    send: (bytes) => {
      toServer.write(bytes)
      toServer.write(newline)
      return true
    },
    isClosed: () => isClosed,
    close: async () => {
      toServer.end()
      await Effect.runPromise(Fiber.await(serving))
      toClient.destroy()
    }
  }
}

/** The standard input and output of one process for all connections, of which there is one. */
export const child = (logged: (line: string) => void): {
  readonly open: Open
  readonly stop: () => Promise<number | null>
} => {
  const program = fileURLToPath(new URL("Target.ts", import.meta.url))
  const process_: ChildProcess = spawn(
    process.execPath,
    ["--expose-gc", "--conditions=@mcp-effect/source", program],
    { stdio: ["pipe", "pipe", "pipe"] }
  )
  const { stderr, stdin, stdout } = process_
  if (stdin === null || stdout === null || stderr === null) throw new Error("The process has no streams")
  let listener: (message: unknown) => void = () => {}
  lines(stdout, (message) => listener(message))
  stderr.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n")) if (line !== "") logged(line)
  })
  let code: number | null | undefined
  const exited = new Promise<number | null>((resolve) =>
    process_.on("exit", (exit) => {
      code = exit
      resolve(exit)
    })
  )
  return {
    open: async (heard) => {
      listener = heard
      return {
        isLines: true,
        together: 1,
        send: (bytes) => {
          stdin.write(bytes)
          const isTaken = stdin.write(newline)
          return isTaken || new Promise((resolve) => stdin.once("drain", () => resolve(true)))
        },
        isClosed: () => code !== undefined,
        close: async () => {}
      }
    },
    stop: () => {
      stdin.end()
      return exited
    }
  }
}

/** Over HTTP+SSE: a stream from the server, and a POST for each message. */
export const sse = (url: string): Open => async (heard) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
  let isClosed = false
  const { endpoint, response } = await new Promise<{ endpoint: string; response: http.IncomingMessage }>(
    (resolve, reject) => {
      const request = http.get(url, { headers: { accept: "text/event-stream" } }, (response) => {
        events(response, (event, data) => {
          if (event === "endpoint") resolve({ endpoint: new URL(data, url).href, response })
          else heard(JSON.parse(data))
        })
        response.on("close", () => {
          isClosed = true
        })
      })
      request.on("error", reject)
    }
  )
  return {
    isLines: false,
    together: 16,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        const request = http.request(endpoint, {
          agent,
          method: "POST",
          headers: { "content-type": "application/json", "content-length": bytes.length }
        }, (response) => {
          response.resume().on("end", () => {
            const { statusCode = 0 } = response
            if (statusCode >= 500) reject(new Error(`It was refused with ${statusCode}`))
            else resolve(statusCode === 202)
          })
        })
        request.on("error", reject).end(bytes)
      }),
    isClosed: () => isClosed,
    close: async () => {
      response.destroy()
      agent.destroy()
    }
  }
}

const events = (input: Readable, onEvent: (event: string, data: string) => void) => {
  let rest = ""
  input.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n\n")
    rest = parts.pop() ?? ""
    for (const part of parts) {
      const of = (name: string) =>
        part.split("\n").flatMap((line) => line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trimStart()] : [])
      const data = of("data").join("\n")
      if (data !== "") onEvent(of("event")[0] ?? "message", data)
    }
  })
}
