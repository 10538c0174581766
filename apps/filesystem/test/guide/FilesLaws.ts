/**
 * The laws of the server of files.
 *
 * They are not tests yet: a list of laws can be checked wherever an effect can run.
 */
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Arbitrary from "effect/Arbitrary"
import { List } from "../../src/DirectoryTools.ts"
import { ReadTextFile } from "../../src/ReadTools.ts"
import * as Files from "./Files.ts"

export const laws = () =>
  Laws.server(Files.server, {
    only: [List, ReadTextFile],
    inputs: [
      Laws.input(List, Arbitrary.all({ path: Files.path })),
      Laws.input(ReadTextFile, Arbitrary.all({ path: Files.path }))
    ],
    observe: Files.observe,
    // when something was changed, and where the directory is, differs from case to case
    varies: [List]
  })
