/**
 * The server over real files.
 *
 * Not bound to a transport: `main` is.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server
 */
import * as Server from "@mcp-effect/core/Server"
import * as Layer from "effect/Layer"
import * as DirectoryTools from "./DirectoryTools.ts"
import * as FileChanges from "./FileChanges.ts"
import * as FileResources from "./FileResources.ts"
import * as ReadTools from "./ReadTools.ts"
import * as Sandbox from "./Sandbox.ts"
import * as WriteTools from "./WriteTools.ts"

const features = Layer.mergeAll(ReadTools.layer, WriteTools.layer, DirectoryTools.layer, FileResources.layer).pipe(
  Layer.provide(FileChanges.layer)
)

/**
 * The server, which works in these directories and nowhere else. Each must exist.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (directories: ReadonlyArray<string>) =>
  Layer.provide(
    Server.layer(
      {
        name: "filesystem",
        title: "Files",
        version: "0.1.0",
        description: "Files and directories, inside the directories its operator allows",
        instructions:
          "Call list_allowed_directories first: nothing outside of those can be reached. To change a part of a " +
          "file use edit_file, with dryRun to see the difference before; write_file replaces all of it."
      },
      features
    ),
    Sandbox.layer(directories)
  )
