/**
 * The modules that authors test with, each under its own name.
 *
 * It does not have `Vitest`, which needs the test runner: that is imported as `@mcp-effect/testkit/Vitest`.
 *
 * @since 0.1.0
 */
export * as Answers from "./Answers.ts"
export * as CodecLaws from "./CodecLaws.ts"
export * as Conversations from "./Conversations.ts"
export * as Corpus from "./Corpus.ts"
export * as EventStoreLaws from "./EventStoreLaws.ts"
export * as FaultHttpClient from "./FaultHttpClient.ts"
export * as FaultTransport from "./FaultTransport.ts"
export * as Generators from "./Generators.ts"
export * as Harness from "./Harness.ts"
export * as History from "./History.ts"
export * as Law from "./Law.ts"
export * as Laws from "./Laws.ts"
export * as LedgerLaws from "./LedgerLaws.ts"
export * as Mutation from "./Mutation.ts"
export * as RawWire from "./RawWire.ts"
export * as Recording from "./Recording.ts"
export * as Redaction from "./Redaction.ts"
export * as Replay from "./Replay.ts"
export * as Simulation from "./Simulation.ts"
export * as Transcript from "./Transcript.ts"
export * as TransportLaws from "./TransportLaws.ts"
export * as VirtualTime from "./VirtualTime.ts"
export * as Wire from "./Wire.ts"
