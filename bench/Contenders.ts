/**
 * Who is measured, and over what each of them can be reached.
 */
import type { Client } from "./Client.ts"
import * as Http from "./Http.ts"
import type { Options } from "./Process.ts"
import * as Stdio from "./Stdio.ts"

export interface Contender {
  /** As the table names it. */
  readonly name: string
  /** The file in `servers/`. */
  readonly file: string
  readonly stdio: boolean
  readonly http: "http" | "router" | undefined
  /** How it serves the stateless era over HTTP. */
  readonly stateless?: "http" | "router" | "stateless"
}

export const contenders: ReadonlyArray<Contender> = [
  { name: "floor", file: "floor", stdio: true, http: "http", stateless: "http" },
  { name: "mcp-effect", file: "mcp-effect", stdio: true, http: "http", stateless: "http" },
  { name: "mcp-effect router", file: "mcp-effect", stdio: false, http: "router", stateless: "router" },
  { name: "SDK v1", file: "sdk-v1", stdio: true, http: "http" },
  { name: "SDK v2", file: "sdk-v2", stdio: true, http: "http", stateless: "stateless" },
  { name: "effect/ai", file: "effect-ai", stdio: true, http: "http", stateless: "stateless" },
  { name: "tmcp", file: "tmcp", stdio: true, http: "http" },
  { name: "mcp-lite", file: "mcp-lite", stdio: false, http: "http" }
]

export const stdio = contenders.filter((contender) => contender.stdio)

export const http = contenders.filter((contender) => contender.http !== undefined)

export const stateless = contenders.filter((contender) => contender.stateless !== undefined)

/** Those whose server has the tool `ask`. */
export const asking = stateless.filter((contender) => contender.file === "mcp-effect")

export const connectStdio = (contender: Contender, options: Partial<Options> = {}): Promise<Client> =>
  Promise.resolve(Stdio.connect(contender.file, options))

export const connectHttp = (contender: Contender, options: Partial<Options> = {}): Promise<Http.HttpClient> =>
  Http.connect(contender.file, { ...options, transport: contender.http ?? "http" })

export const connectStateless = (contender: Contender, options: Partial<Options> = {}): Promise<Http.HttpClient> =>
  Http.connect(contender.file, { ...options, transport: contender.stateless ?? "http" }, "stateless")
