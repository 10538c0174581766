/**
 * The modules that authors of servers and of clients use, each under its own name.
 *
 * It is not all there is: the wire nouns are imported one by one, as `@mcp-effect/core/protocol/Tool`.
 *
 * @since 0.1.0
 */
export * as Cache from "./Cache.ts"
export * as Client from "./Client.ts"
export * as Completion from "./Completion.ts"
export * as Content from "./Content.ts"
export * as Contract from "./Contract.ts"
export * as Elicitation from "./Elicitation.ts"
export * as HandlerObserver from "./HandlerObserver.ts"
export * as Journal from "./Journal.ts"
export * as JsonRpc from "./JsonRpc.ts"
export * as KeyRing from "./KeyRing.ts"
export * as Ledger from "./Ledger.ts"
export * as Logging from "./Logging.ts"
export * as MemoryTransport from "./MemoryTransport.ts"
export * as ModelPreferences from "./ModelPreferences.ts"
export * as Principal from "./Principal.ts"
export * as Progress from "./Progress.ts"
export * as Prompt from "./Prompt.ts"
export * as ProtocolError from "./ProtocolError.ts"
export * as RequestContext from "./RequestContext.ts"
export * as RequestState from "./RequestState.ts"
export * as Resource from "./Resource.ts"
export * as ResourceTemplate from "./ResourceTemplate.ts"
export * as Roots from "./Roots.ts"
export * as Sampling from "./Sampling.ts"
export * as Server from "./Server.ts"
export * as Session from "./Session.ts"
export * as SessionError from "./SessionError.ts"
export * as Supervisor from "./Supervisor.ts"
export * as Tool from "./Tool.ts"
export * as Transport from "./Transport.ts"
export * as TransportError from "./TransportError.ts"
export * as UriTemplate from "./UriTemplate.ts"
