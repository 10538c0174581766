/**
 * The revision 2026-07-28: no sessions, every request carries version and capabilities, input comes by multi round trips. The newest.
 *
 * It does not know what ended with the session era: the handshake, requests from the server, tasks in the core.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheScope } from "../protocol/Cache.ts"
import { ClientCapabilities } from "../protocol/Capabilities.ts"
import type { ElicitFormParams, ElicitParams, ElicitURLParams } from "../protocol/Elicitation.ts"
import type { CreateMessageParams } from "../protocol/Sampling.ts"
import * as Projection from "./Projection.ts"
import type { Revision } from "./Revision.ts"
import * as RevisionTables from "./RevisionTables.ts"
import { at, chain, omit, type Step } from "./Step.ts"

/** A question is data within a result: it has no `_meta` of its own, and no id (ELIC-24). */
const elicit: Step<ElicitParams> = (params) => "url" in params ? url(params) : form(params)

const url = omit<ElicitURLParams>("_meta", "elicitationId")
const form = omit<ElicitFormParams>("_meta")

/**
 * What this revision does not know of the neutral model.
 *
 * @category projections
 * @since 0.1.0
 */
export const projection: Projection.Projection = Projection.older(Projection.neutral, {
  unknown: ["task"],
  clientCapabilities: chain<ClientCapabilities>(omit("tasks"), at("roots", omit("listChanged"))),
  serverCapabilities: omit("tasks"),
  tool: omit("execution"),
  createMessageParams: omit<CreateMessageParams>("_meta"),
  elicitParams: elicit,
  // An answer is a bare result (MRTR-23).
  createMessageResult: omit("resultType"),
  elicitResult: omit("_meta", "resultType"),
  listRootsResult: omit("_meta", "resultType")
})

/** Every request says which version it speaks and what its client can do (META-9, META-10). */
const Params = Schema.Struct({
  _meta: Schema.Struct({
    "io.modelcontextprotocol/protocolVersion": Schema.String,
    "io.modelcontextprotocol/clientCapabilities": ClientCapabilities
  })
})

/** Every result says what kind it is (BASE-24). */
const Result = Schema.Struct({ resultType: Schema.String })

/**
 * These results say how long and for whom they may be kept (CACHE-1). Where a server does not say it, its result counts as stale (CACHE-10)
 * and is not refused; one of the specification's own examples is like that.
 */
const Cacheable = { sentResult: Schema.Struct({ ttlMs: Schema.Natural, cacheScope: CacheScope }) }

/**
 * The revision 2026-07-28.
 *
 * @category revisions
 * @since 0.1.0
 */
export const revision: Revision = RevisionTables.make({
  version: "2026-07-28",
  era: "stateless",
  batching: false,
  errorIdOptional: true,
  resourceNotFound: -32602,
  capabilityError: true,
  invalidToolArguments: "result",
  primingEvent: false,
  protocolVersionHeader: true,
  elicitationModes: ["form", "url"],
  completionsCapability: true,
  samplingTools: true,
  structuredContent: "any",
  inputRequired: true,
  projection,
  requiredOfAll: { params: Params, result: Result },
  required: {
    "server/discover": Cacheable,
    "tools/list": Cacheable,
    "resources/list": Cacheable,
    "resources/templates/list": Cacheable,
    "resources/read": Cacheable,
    "prompts/list": Cacheable,
    "notifications/cancelled": {
      params: Schema.Struct({ requestId: Schema.Union([Schema.String, Schema.Int]) })
    }
  },
  clientRequests: [
    "server/discover",
    "tools/list",
    "tools/call",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "subscriptions/listen"
  ],
  serverRequests: [],
  clientNotifications: ["notifications/cancelled"],
  serverNotifications: [
    "notifications/cancelled",
    "notifications/progress",
    "notifications/message",
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/subscriptions/acknowledged"
  ]
})
