/**
 * The modules that authors of HTTP servers and clients use, each under its own name.
 *
 * It is not needed: each module can be imported by itself, as `@mcp-effect/http/WebHandler`. The parts of the endpoint are its own business.
 *
 * @since 0.1.0
 */
export * as Endpoint from "./Endpoint.ts"
export * as EventStore from "./EventStore.ts"
export * as HttpClientTransport from "./HttpClientTransport.ts"
export * as HttpReply from "./HttpReply.ts"
export * as HttpRequest from "./HttpRequest.ts"
export * as HttpRouterServer from "./HttpRouterServer.ts"
export * as WebHandler from "./WebHandler.ts"
