/**
 * Capabilities: what each side offers the other (CAP-1 to CAP-17).
 *
 * They do not say what a side needs; unknown capabilities are carried along and ignored (CAP-9).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#capability-negotiation
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { JsonObject } from "./JsonObject.ts"

/** Capabilities that exist by being there. */
const Settings = Schema.optionalKey(JsonObject)

/** Named capabilities outside the core, each with its settings. */
const Named = Schema.optionalKey(Schema.Record(Schema.String, JsonObject))

/**
 * What a client offers: roots, sampling, elicitation, tasks, extensions.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ClientCapabilities = Schema.Struct({
  experimental: Named,
  roots: Schema.optionalKey(Schema.Struct({
    listChanged: Schema.optionalKey(Schema.Boolean)
  })),
  sampling: Schema.optionalKey(Schema.Struct({
    context: Settings,
    tools: Settings
  })),
  elicitation: Schema.optionalKey(Schema.Struct({
    form: Settings,
    url: Settings
  })),
  tasks: Schema.optionalKey(Schema.Struct({
    list: Settings,
    cancel: Settings,
    requests: Schema.optionalKey(Schema.Struct({
      sampling: Schema.optionalKey(Schema.Struct({
        createMessage: Settings
      })),
      elicitation: Schema.optionalKey(Schema.Struct({
        create: Settings
      }))
    }))
  })),
  extensions: Named
})

export interface ClientCapabilities extends Schema.Schema.Type<typeof ClientCapabilities> {}

/**
 * What a server offers: tools, resources, prompts, completions, logging, tasks, extensions.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServerCapabilities = Schema.Struct({
  experimental: Named,
  logging: Settings,
  completions: Settings,
  prompts: Schema.optionalKey(Schema.Struct({
    listChanged: Schema.optionalKey(Schema.Boolean)
  })),
  resources: Schema.optionalKey(Schema.Struct({
    subscribe: Schema.optionalKey(Schema.Boolean),
    listChanged: Schema.optionalKey(Schema.Boolean)
  })),
  tools: Schema.optionalKey(Schema.Struct({
    listChanged: Schema.optionalKey(Schema.Boolean)
  })),
  tasks: Schema.optionalKey(Schema.Struct({
    list: Settings,
    cancel: Settings,
    requests: Schema.optionalKey(Schema.Struct({
      tools: Schema.optionalKey(Schema.Struct({
        call: Settings
      }))
    }))
  })),
  extensions: Named
})

export interface ServerCapabilities extends Schema.Schema.Type<typeof ServerCapabilities> {}
