/**
 * The modules that authors of HTTP servers use, each under its own name.
 *
 * It is not all there is: the parts of the endpoint are imported one by one, as `@mcp-effect/http/SseStream`.
 *
 * @since 0.1.0
 */
export * as Admission from "./Admission.ts"
export * as Endpoint from "./Endpoint.ts"
export * as EventStore from "./EventStore.ts"
export * as HttpReply from "./HttpReply.ts"
export * as HttpRequest from "./HttpRequest.ts"
export * as HttpRouterServer from "./HttpRouterServer.ts"
export * as WebHandler from "./WebHandler.ts"
