/**
 * A `ResourceTemplate` as an author declares it: a family of resources whose URIs share an RFC 6570 template.
 *
 * It is not the handler (see `Server.resourceTemplate`), nor the wire noun (`protocol/Resource`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#resource-templates
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Failure, Metadata, Success } from "./Resource.ts"
import * as UriTemplate from "./UriTemplate.ts"

/**
 * The declaration of a resource template. The variables travel as text; their Schemas decode from that form (`Schema.Finite` takes `"5"`).
 *
 * @category models
 * @since 0.1.0
 */
export interface ResourceTemplate<out Variables extends Schema.Top, out Name extends string = string> extends Metadata {
  readonly uriTemplate: UriTemplate.UriTemplate
  readonly name: Name
  readonly variables: Variables
}

/**
 * Any resource template.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = ResourceTemplate<Schema.Top>

/**
 * Reads a resource of the family.
 *
 * @category models
 * @since 0.1.0
 */
export type Read<T extends Any, R> = (
  variables: T["variables"]["Type"],
  uri: string
) => Effect.Effect<Success, Failure, R>

/**
 * The changes of one resource of the family, an element each time it changes. It runs as long as anyone is subscribed to that URI, once for
 * all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Changes<T extends Any, R> = (
  variables: T["variables"]["Type"],
  uri: string
) => Stream.Stream<unknown, never, R>

/**
 * Declares a resource template. Variables without a Schema are text, or with `*` lists of it. A template that is not RFC 6570, or that no
 * match could read back, does not compile or is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Template extends string,
  Variables extends { readonly [K in UriTemplate.Variables<Template>]?: Schema.Top } = {},
  const Name extends string = string
>(
  uriTemplate: UriTemplate.Checked<Template>,
  options: Metadata & {
    readonly name: Name
    readonly variables?: Variables
  }
): ResourceTemplate<Schema.Struct<VariablesOf<Template, Variables>>, Name> => {
  const { variables, ...metadata } = options
  const template = UriTemplate.make(uriTemplate)
  const fields: Record<string, Schema.Top> = {}
  for (const name of template.variables) {
    fields[name] = (variables as Record<string, Schema.Top> | undefined)?.[name] ??
      (template.lists.includes(name) ? Schema.Array(Schema.String) : Schema.String)
  }
  return {
    ...metadata,
    uriTemplate: template,
    variables: Schema.Struct(fields) as unknown as Schema.Struct<VariablesOf<Template, Variables>>
  }
}

/**
 * The fields that a template's variables make: the given Schemas, and text or lists of it for the rest.
 *
 * @category models
 * @since 0.1.0
 */
export type VariablesOf<Template extends string, Variables> = {
  readonly [K in UriTemplate.Variables<Template> & keyof UriTemplate.ValuesOf<Template>]: K extends keyof Variables
    ? Variables[K] extends Schema.Top ? Variables[K] : never
    : UriTemplate.ValuesOf<Template>[K] extends string | undefined ? Schema.String
    : Schema.$Array<Schema.String>
}
