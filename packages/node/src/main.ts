#!/usr/bin/env node
/**
 * `mcp-effect`: the command of this package.
 *
 * It is not a module to import.
 *
 * @since 0.1.0
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Generate from "./Generate.ts"
import * as Program from "./Program.ts"

Command.make("mcp-effect").pipe(
  Command.withDescription("Tools for the Model Context Protocol"),
  Command.withSubcommands([Generate.command]),
  Command.run({ version: "0.1.0" }),
  Effect.provide(NodeServices.layer),
  Program.run
)
