/**
 * Builds the tables of a `Revision` from what distinguishes it: its methods, its projection, and what it requires.
 *
 * It knows no revision, and is not needed once the tables are built.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { InputRequiredResult } from "../protocol/InputRequired.ts"
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "../protocol/Methods.ts"
import { CreateTaskResult } from "../protocol/Task.ts"
import * as Codec from "./Codec.ts"
import * as MethodProjection from "./MethodProjection.ts"
import * as MethodTable from "./MethodTable.ts"
import type { Projection } from "./Projection.ts"
import type {
  NotificationCodec,
  NotificationCodecs,
  RequestCodec,
  RequestCodecs,
  Revision,
  RevisionFacts
} from "./Revision.ts"

/**
 * What the wire must have beyond what the neutral model requires.
 *
 * @category models
 * @since 0.1.0
 */
export interface Requirement {
  readonly params?: Schema.Codec<object>
  readonly result?: Schema.Codec<object>
  /** Of the results we send, but not of those we receive. */
  readonly sentResult?: Schema.Codec<object>
}

/**
 * What distinguishes a revision.
 *
 * @category models
 * @since 0.1.0
 */
export interface Definition extends RevisionFacts {
  readonly clientRequests: ReadonlyArray<keyof ClientRequests>
  readonly serverRequests: ReadonlyArray<keyof ServerRequests>
  readonly clientNotifications: ReadonlyArray<keyof ClientNotifications>
  readonly serverNotifications: ReadonlyArray<keyof ServerNotifications>
  readonly projection: Projection
  /** Of every request to the server. */
  readonly requiredOfAll?: Requirement
  /** By method, in addition. */
  readonly required?: { readonly [method: string]: Requirement }
  /** Methods that this revision has no capability for. */
  readonly ungated?: ReadonlyArray<string>
  readonly inputRequired?: boolean
  readonly createTask?: boolean
}

/**
 * The revision that a definition describes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (definition: Definition): Revision => {
  const { projection, requiredOfAll, required, ungated, ...facts } = definition
  const steps = MethodProjection.make(projection)

  const request = <R extends MethodTable.Requests<R>, M extends keyof R & string>(
    table: MethodTable.RequestTable<R>,
    steps: MethodProjection.RequestSteps<R>,
    method: M,
    ofAll: Requirement | undefined
  ): RequestCodec<unknown, unknown> => ({
    method,
    params: Codec.make(table[method].params, {
      required: required?.[method]?.params ?? ofAll?.params,
      project: steps[method]?.params
    }),
    result: Codec.make(table[method].result, {
      required: required?.[method]?.result ?? ofAll?.result,
      sent: required?.[method]?.sentResult,
      project: steps[method]?.result
    }),
    gate: ungated?.includes(method) === true ? undefined : table[method].gate
  })

  const notification = <N extends MethodTable.Notifications<N>, M extends keyof N & string>(
    table: MethodTable.NotificationTable<N>,
    steps: MethodProjection.NotificationSteps<N>,
    method: M
  ): NotificationCodec<unknown> => ({
    method,
    params: Codec.make(table[method].params, { required: required?.[method]?.params, project: steps[method]?.params }),
    gate: table[method].gate
  })

  const requests = <R extends MethodTable.Requests<R>>(
    table: MethodTable.RequestTable<R>,
    steps: MethodProjection.RequestSteps<R>,
    methods: ReadonlyArray<keyof R & string>,
    ofAll?: Requirement
  ): RequestCodecs => new Map(methods.map((method) => [method, request(table, steps, method, ofAll)]))

  const notifications = <N extends MethodTable.Notifications<N>>(
    table: MethodTable.NotificationTable<N>,
    steps: MethodProjection.NotificationSteps<N>,
    methods: ReadonlyArray<keyof N & string>
  ): NotificationCodecs => new Map(methods.map((method) => [method, notification(table, steps, method)]))

  return {
    ...facts,
    clientRequests: requests<ClientRequests>(
      MethodTable.clientRequests,
      steps.clientRequests,
      definition.clientRequests,
      requiredOfAll
    ),
    serverRequests: requests<ServerRequests>(
      MethodTable.serverRequests,
      steps.serverRequests,
      definition.serverRequests
    ),
    clientNotifications: notifications<ClientNotifications>(
      MethodTable.clientNotifications,
      steps.clientNotifications,
      definition.clientNotifications
    ),
    serverNotifications: notifications<ServerNotifications>(
      MethodTable.serverNotifications,
      steps.serverNotifications,
      definition.serverNotifications
    ),
    inputRequired: definition.inputRequired === true
      ? Codec.make(InputRequiredResult, { required: requiredOfAll?.result, project: steps.inputRequired })
      : undefined,
    createTask: definition.createTask === true ? Codec.make(CreateTaskResult) : undefined
  }
}
