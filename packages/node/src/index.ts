/**
 * The modules of this package, each under its own name.
 *
 * It is not needed: each module can be imported by itself, as `@mcp-effect/node/StdioServer`.
 *
 * @since 0.1.0
 */
export * as ChildEnvironment from "./ChildEnvironment.ts"
export * as ChildProcess from "./ChildProcess.ts"
export * as ChildProcessTransport from "./ChildProcessTransport.ts"
export * as NodeHttpServer from "./NodeHttpServer.ts"
export * as Program from "./Program.ts"
export * as StdioServer from "./StdioServer.ts"
export * as StdioTransport from "./StdioTransport.ts"
