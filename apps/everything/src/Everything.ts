/**
 * The server that has everything: each feature of the protocol, by the same API that any server uses.
 *
 * It is not bound to a transport; `main` is.
 */
import * as Server from "@mcp-effect/core/Server"
import * as Layer from "effect/Layer"
import * as Cancellations from "./Cancellations.ts"
import * as ContentTools from "./ContentTools.ts"
import * as ElicitationTools from "./ElicitationTools.ts"
import * as ExtraFeatures from "./ExtraFeatures.ts"
import * as HeaderTools from "./HeaderTools.ts"
import * as InputRequiredTools from "./InputRequiredTools.ts"
import * as LoggingTools from "./LoggingTools.ts"
import * as ProgressTools from "./ProgressTools.ts"
import * as Prompts from "./Prompts.ts"
import * as ReconnectionTool from "./ReconnectionTool.ts"
import * as Resources from "./Resources.ts"
import * as RootsTools from "./RootsTools.ts"
import * as SamplingTools from "./SamplingTools.ts"
import * as StructuredTools from "./StructuredTools.ts"

const features = Layer.mergeAll(
  ContentTools.layer,
  StructuredTools.layer,
  LoggingTools.layer,
  ProgressTools.layer,
  SamplingTools.layer,
  ElicitationTools.layer,
  RootsTools.layer,
  InputRequiredTools.layer,
  HeaderTools.layer,
  ReconnectionTool.layer,
  ExtraFeatures.layer,
  Resources.layer,
  Cancellations.layer,
  Prompts.layer
).pipe(Layer.provide(Cancellations.layerCount))

/** The server; each one has state of its own. `pageSize` is how many items a page of a list has. */
export const layer = (options: { readonly pageSize?: number } = {}) =>
  Server.layer(
    {
      name: "everything",
      title: "Everything",
      version: "0.1.0",
      description: "A server with every feature of the protocol",
      instructions: "Every feature of the protocol is here to be tried. Nothing here is useful otherwise.",
      ...options
    },
    features
  )
