/**
 * The tools that change something: write, edit, create a directory, move.
 *
 * Not the changes themselves (`WriteFile`, `EditFile`, `CreateDirectory`, `MoveFile`).
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ClientRoots from "./ClientRoots.ts"
import { createDirectory } from "./CreateDirectory.ts"
import { editFile } from "./EditFile.ts"
import * as FileError from "./FileError.ts"
import { moveFile } from "./MoveFile.ts"
import * as ToolFields from "./ToolFields.ts"
import { writeFile } from "./WriteFile.ts"

/**
 * Writes a file whole.
 *
 * @category tools
 * @since 0.1.0
 */
export const Write = Tool.make("write_file", {
  title: "Write file",
  description:
    "Creates a file, or replaces all of its contents without asking. Its directory must exist. Readers see the " +
    "old contents or the new, never a mixture.",
  input: {
    path: ToolFields.path("The file"),
    content: Schema.String.annotate({ description: "The new contents, all of them" })
  },
  output: {
    path: Schema.String,
    size: Schema.Natural.annotate({ description: "Bytes written" }),
    created: Schema.Boolean.annotate({ description: "Whether there was no file before" })
  },
  errors: FileError.all,
  annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: false }
})

/**
 * Edits a text file, or shows what an edit would do.
 *
 * @category tools
 * @since 0.1.0
 */
export const Edit = Tool.make("edit_file", {
  title: "Edit file",
  description:
    "Replaces parts of a text file and answers with a unified diff. Each oldText must occur exactly once, unless " +
    "everywhere is set; where it is not found exactly, whole lines are compared without the white space around them. Edits " +
    "apply one after another, all or none. With dryRun nothing is written.",
  input: {
    path: ToolFields.path("The file"),
    edits: Schema.Array(Schema.Struct({
      oldText: Schema.String.annotate({ description: "The text to replace" }),
      newText: Schema.String.annotate({ description: "The text to put in its place" }),
      everywhere: Schema.optionalKey(
        Schema.Boolean.annotate({ description: "Replace each occurrence; by default there must be only one" })
      )
    })).check(Schema.isMinLength(1)),
    dryRun: Schema.optionalKey(Schema.Boolean.annotate({ description: "Only show the diff; false by default" }))
  },
  output: {
    path: Schema.String,
    diff: Schema.String.annotate({ description: "The unified diff, empty when nothing changes" }),
    written: Schema.Boolean
  },
  errors: FileError.all,
  annotations: { readOnly: false, destructive: true, idempotent: false, openWorld: false }
})

/**
 * Creates a directory and those it is in.
 *
 * @category tools
 * @since 0.1.0
 */
export const Create = Tool.make("create_directory", {
  title: "Create directory",
  description: "Makes sure that a directory exists, and creates the missing ones on the way to it.",
  input: { path: ToolFields.path("The directory") },
  output: {
    path: Schema.String,
    created: Schema.Boolean.annotate({ description: "Whether it did not exist before" })
  },
  errors: FileError.all,
  annotations: { readOnly: false, destructive: false, idempotent: true, openWorld: false }
})

/**
 * Moves or renames a file or directory.
 *
 * @category tools
 * @since 0.1.0
 */
export const Move = Tool.make("move_file", {
  title: "Move file",
  description:
    "Moves or renames a file or directory. Fails when anything is at the destination already; the directory of " +
    "the destination must exist.",
  input: { source: ToolFields.path("What to move"), destination: ToolFields.path("Its new path") },
  output: { source: Schema.String, destination: Schema.String },
  errors: FileError.all,
  // Nothing is overwritten, but what relies on the old path finds nothing there any more.
  annotations: { readOnly: false, destructive: true, idempotent: false, openWorld: false }
})

// Edits name the text they replace, so they can be placed anew in a file that someone else has just written.
const EDIT_RETRIES = 10

const edit = ({ dryRun, edits, path }: Tool.Input<typeof Edit>) =>
  editFile(path, edits, { dryRun: dryRun === true }).pipe(
    Effect.retry({ times: EDIT_RETRIES, while: (error) => error._tag === "Changed" }),
    Effect.map((edited) =>
      Tool.result({
        content: [{ type: "text", text: edited.diff === "" ? "Nothing to change" : edited.diff }],
        structured: edited
      })
    )
  )

/**
 * The tools.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = Layer.mergeAll(
  Server.tool(Write, ({ content, path }) => ClientRoots.within(writeFile(path, content))),
  Server.tool(Edit, (input) => ClientRoots.within(edit(input))),
  Server.tool(Create, ({ path }) => ClientRoots.within(createDirectory(path))),
  Server.tool(Move, ({ destination, source }) => ClientRoots.within(moveFile(source, destination)))
)
