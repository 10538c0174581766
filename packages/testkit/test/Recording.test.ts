import { describe, expect, it } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as Progress from "@mcp-effect/core/Progress"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import { Transport } from "@mcp-effect/core/Transport"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Recording from "@mcp-effect/testkit/Recording"
import * as Replay from "@mcp-effect/testkit/Replay"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as EndpointClient from "../src/wire/EndpointClient.ts"
import * as TempDirectory from "./transcript/TempDirectory.ts"

const Login = Tool.make("login", {
  input: { user: Schema.String, password: Schema.String },
  output: { greeting: Schema.String, access_token: Schema.String }
})

const pages = Array.from({ length: 3 }, (_, i) => Server.tool(Tool.make(`tool-${i}`), () => Effect.succeed("done")))

const server = Server.layer(
  { name: "vault", version: "1.0.0", pageSize: 2 },
  Layer.mergeAll(
    Server.tool(
      Login,
      ({ password, user }) =>
        Effect.succeed({ greeting: `Hello ${user}, who knows ${password}`, access_token: "token-for-ada-0123456789" })
    ),
    ...pages
  )
).pipe(Layer.provide(Logger.layer([])))

const file = Effect.map(TempDirectory.make, (folder) => join(folder, "session.jsonl"))

const version = "2025-11-25"

/** What is in the file when this client has done that. */
const recorded = Effect.fnUntraced(function*(
  path: string,
  connect: Wire.Connect,
  session: (client: Client.Methods) => Effect.Effect<unknown, unknown>,
  options?: Recording.Options
) {
  yield* Effect.scoped(Effect.gen(function*() {
    const transport = yield* Recording.toFile(yield* connect, path, options)
    const client = yield* Client.make({ name: "host", version: "1.0.0", transport, versions: [version] })
    yield* session(client)
  }))
  return readFileSync(path, "utf8")
})

const login = (client: Client.Methods) => client.callTool("login", { user: "ada", password: "hunter2-really" })

describe("a recording", () => {
  it.live("is a transcript, and replays to the server that it is of", () =>
    Effect.gen(function*() {
      const path = yield* file
      const text = yield* recorded(path, yield* Wire.memory.serve, (client) => client.request("tools/list", {}), {
        title: "The\ntools"
      })
      expect(text).toMatch(/^# The tools\n> .*"initialize"/)
      const entries = yield* Transcript.read(path)
      expect(entries.map(({ from }) => from)).toEqual(["client", "server", "client", "client", "server"])
      yield* Replay.toServer(entries)
      yield* Replay.toServer(entries, { wire: Wire.http })
    }).pipe(Effect.provide(server)))

  it.live("has names for cursors, and only its owner can read it", () =>
    Effect.gen(function*() {
      const path = yield* file
      const text = yield* recorded(path, yield* Wire.stdio.serve, (client) => client.tools)
      expect(text).toContain(`"nextCursor":"$1"`)
      expect(text).toContain(`"params":{"cursor":"$1"}`)
      expect(text).not.toContain(`"$2"`)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      yield* Replay.toServer(yield* Transcript.read(path))
    }).pipe(Effect.provide(server)))

  it.live("has no secret of params, results and texts in it, and none of the headers", () =>
    Effect.gen(function*() {
      const path = yield* file
      const context = yield* Layer.build(Endpoint.layer())
      const overHttp = Effect.provideService(
        HttpClientTransport.make({
          url: "http://localhost/mcp",
          headers: { authorization: Redacted.make("Bearer header-secret-1"), "x-tenant": "tenant-secret-2" }
        }),
        HttpClient.HttpClient,
        EndpointClient.make(Context.get(context, Endpoint.Endpoint))
      )
      const text = yield* recorded(path, overHttp, login)
      expect(text).toContain("Hello ada, who knows «redacted:1»")
      expect(text).toContain(`"access_token":"«redacted:2»"`)
      expect(text).not.toMatch(/hunter2|token-for-ada|header-secret|tenant-secret|authorization/i)
      const entries = yield* Transcript.read(path)
      // what is said in its place is answered with it
      yield* Replay.toServer(entries)
      yield* Replay.toServer(entries, { secrets: { "«redacted:1»": "another" }, wire: Wire.stdio })
    }).pipe(Effect.provide(server)))

  it.live("is made at the server's end, too", () =>
    Effect.gen(function*() {
      const path = yield* file
      const [near, far] = yield* MemoryTransport.make()
      const atServer = yield* Layer.build(Recording.layer(path, { side: "server" })(Layer.succeed(Transport, far)))
      yield* Server.serve({ sessionId: "recorded" }).pipe(
        Effect.provideContext(atServer),
        Effect.forkScoped({ startImmediately: true })
      )
      const client = yield* Client.make({ name: "host", version: "1.0.0", transport: near, versions: [version] })
      yield* login(client)
      const text = readFileSync(path, "utf8")
      expect(text).toMatch(/^> .*"initialize"/)
      expect(text).not.toContain("hunter2")
      yield* Replay.toServer(yield* Transcript.read(path))
    }).pipe(Effect.provide(server)))

  it.live("is made of each session of a server, and of each request that stands for itself, over HTTP too", () =>
    Effect.gen(function*() {
      const folder = yield* TempDirectory.make
      yield* Effect.scoped(Effect.gen(function*() {
        const connect = yield* Wire.http.serve
        for (const versions of [[version], [version], [Revisions.latest.version]]) {
          yield* Effect.scoped(
            Effect.flatMap(
              connect,
              (transport) => Effect.flatMap(Client.make({ name: "host", version: "1.0.0", transport, versions }), login)
            )
          )
        }
      })).pipe(Effect.provide(Recording.server(folder, { title: "At the server" })(server)))
      expect(readdirSync(folder).toSorted()).toEqual([
        "request-1.jsonl",
        "request-2.jsonl",
        "session-1.jsonl",
        "session-2.jsonl"
      ])
      for (const file of readdirSync(folder)) {
        const path = join(folder, file)
        const text = readFileSync(path, "utf8")
        expect(text).toMatch(/^# At the server\n> /)
        expect(text).not.toContain("hunter2")
        yield* Effect.provide(Replay.toServer(yield* Transcript.read(path)), server)
      }
      expect(readFileSync(join(folder, "session-2.jsonl"), "utf8")).toContain("tools/call")
      expect(readFileSync(join(folder, "request-2.jsonl"), "utf8")).toContain("tools/call")
    }))

  it.live("of a server has what was cancelled, and goes on being served when it cannot be written", () =>
    Effect.gen(function*() {
      const folder = yield* TempDirectory.make
      const forever = Server.layer(
        { name: "slow", version: "1.0.0" },
        Server.tool(Tool.make("forever"), () => Effect.andThen(Progress.report({ progress: 1 }), Effect.never))
      ).pipe(Layer.provide(Logger.layer([])))
      const cancelled = (folder: string) =>
        Effect.scoped(Effect.gen(function*() {
          const { client } = yield* Harness.connect({ wire: Wire.http, versions: [Revisions.latest.version] })
          const progress = yield* Deferred.make<void>()
          const call = yield* Effect.forkScoped(
            client.callTool("forever", {}, { onProgress: () => Effect.asVoid(Deferred.succeed(progress, undefined)) })
          )
          yield* Deferred.await(progress)
          yield* Fiber.interrupt(call)
        })).pipe(Effect.provide(Recording.server(folder)(forever)), Effect.provide(Logger.layer([])))
      yield* cancelled(folder)
      const last = readdirSync(folder).toSorted().at(-1)!
      const messages = (yield* Transcript.read(join(folder, last))).map(({ from, message }) => [from, message])
      expect(messages).toMatchObject([
        ["client", { method: "tools/call" }],
        ["server", { method: "notifications/progress" }],
        ["client", { method: "notifications/cancelled" }]
      ])
      yield* cancelled(join(folder, "none"))
    }))

  it.live("is a server for the client that it is of, when there is no other", () =>
    Effect.gen(function*() {
      const path = yield* file
      yield* recorded(path, yield* Wire.http.serve, login)
      const entries = yield* Transcript.read(path)
      const again = (session: (client: Client.Methods) => Effect.Effect<unknown, unknown>) =>
        Replay.toClient(entries, (transport) =>
          Effect.flatMap(Client.make({ name: "host", version: "1.0.0", transport, versions: [version] }), session))
      expect(yield* again(login)).toMatchObject({ structuredContent: { access_token: "«redacted:2»" } })
      const other = (client: Client.Methods) =>
        client.callTool("login", { user: "alan", password: "hunter2-really" })
      expect(yield* Effect.flip(again(other))).toMatchObject({
        reason: { differences: [{ pointer: "/params/arguments/user", expected: "ada", actual: "alan" }] }
      })
    }).pipe(Effect.provide(server)))

  it.live("has an end, in UTF-16 units", () =>
    Effect.gen(function*() {
      const path = yield* file
      const text = yield* recorded(path, yield* Wire.memory.serve, login, { maxSize: 500 })
      expect(text.length).toBeLessThan(600)
      expect(text).toMatch(/\n# What came then is left out: there is a limit to what is written\n$/)
      expect((yield* Transcript.read(path)).length).toBeGreaterThan(1)
    }).pipe(Effect.provide(server)))

  it.live("that cannot be begun is an error, and one that is over writes nowhere any more", () =>
    Effect.gen(function*() {
      const folder = yield* TempDirectory.make
      const [near] = yield* MemoryTransport.make()
      const error = yield* Effect.flip(Recording.toFile(near, join(folder, "none", "session.jsonl")))
      expect(error.reason).toContain("ENOENT")
      const path = join(folder, "session.jsonl")
      const transport = yield* Effect.scoped(Recording.toFile(near, path))
      // it has the number that was the recording's
      const other = join(folder, "other")
      const file = openSync(other, "w")
      yield* transport.send({ jsonrpc: "2.0", method: "late" })
      closeSync(file)
      expect(readFileSync(path, "utf8") + readFileSync(other, "utf8")).toBe("")
    }))

  it("has what is not JSON as that", () => {
    const cycle: Record<string, unknown> = {}
    cycle["self"] = cycle
    expect(Recording.scribe()({ from: "client", message: cycle })).toEqual({
      from: "client",
      message: { jsonrpc: "2.0", method: "«not JSON»" }
    })
  })

  it("gives names to the members that its author says, when the server gives them out", () => {
    const write = Recording.scribe({ named: ["taskId"] })
    expect(write({ from: "client", message: { taskId: "made up" } }).message).toEqual({ taskId: "made up" })
    expect(write({ from: "server", message: { task: { taskId: 7 }, nextCursor: "c" } }).message).toEqual({
      task: { taskId: "$1" },
      nextCursor: "$2"
    })
    expect(write({ from: "client", message: { taskId: 7, cursor: "c" } }).message).toEqual({
      taskId: "$1",
      cursor: "$2"
    })
  })

  const planted = Schema.Struct({
    secret: Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9"\\/ é]{6,20}$/)),
    member: Schema.Literals(["password", "apiKey", "Authorization", "refresh_token"]),
    place: Schema.Literals(["params", "result", "data"]),
    around: Schema.Array(Schema.Literals(["a", "b", "[]"])),
    before: Schema.String,
    after: Schema.String
  })

  it.effect.prop("never has a secret, wherever it stands", [planted], ([value]) =>
    Effect.sync(() => {
      const { after, around, before, member, place, secret } = value
      const nest = (inner: unknown) =>
        around.reduceRight<unknown>((inner, key) => key === "[]" ? [1, inner] : { [key]: inner, n: 1 }, inner)
      const body = {
        early: `${before}${secret}${after}`,
        deep: nest({ [member]: secret }),
        text: JSON.stringify({ value: nest({ [member]: secret }) }, undefined, 2)
      }
      const message = place === "data"
        ? { jsonrpc: "2.0", id: 1, error: { code: -32000, message: `It was ${secret}`, data: body } }
        : { jsonrpc: "2.0", id: 1, [place]: body }
      const write = Recording.scribe()
      const text = Transcript.formatLine(write({ from: "server", message })) +
        Transcript.formatLine(write({ from: "client", message: { later: `${after}${secret}${before}` } }))
      const forms = [
        secret,
        JSON.stringify(secret).slice(1, -1),
        JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)
      ]
      for (const form of forms) expect(text).not.toContain(form)
    }))
})
