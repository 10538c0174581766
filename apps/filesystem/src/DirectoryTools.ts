/**
 * The tools that look around: list, tree, search, metadata, and what is allowed at all.
 *
 * Not the looking itself (`ListDirectory`, `DirectoryTree`, `SearchFiles`, `FileMetadata`), and nothing here reads contents.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ClientRoots from "./ClientRoots.ts"
import { directoryTree, type TreeNode } from "./DirectoryTree.ts"
import * as FileError from "./FileError.ts"
import { fileMetadata } from "./FileMetadata.ts"
import { listDirectory } from "./ListDirectory.ts"
import { searchFiles } from "./SearchFiles.ts"
import * as ToolFields from "./ToolFields.ts"

const looks: Tool.Annotations = { readOnly: true, idempotent: true, openWorld: false }

/**
 * Lists one directory.
 *
 * @category tools
 * @since 0.1.0
 */
export const List = Tool.make("list_directory", {
  title: "List directory",
  description: "Lists the entries of one directory with their kind, size in bytes and time of the last change.",
  input: {
    path: ToolFields.path("The directory"),
    sortBy: Schema.optionalKey(
      Schema.Literals(["name", "size"]).annotate({ description: "By name, or the largest first; by name by default" })
    )
  },
  output: {
    path: Schema.String,
    entries: Schema.Array(Schema.Struct({
      name: Schema.String,
      kind: ToolFields.Kind,
      size: Schema.optionalKey(Schema.Natural),
      modified: Schema.optionalKey(Schema.String)
    })),
    totalSize: Schema.Natural.annotate({ description: "Bytes in the files listed" }),
    complete: ToolFields.complete
  },
  errors: FileError.all,
  annotations: looks
})

const Node: Schema.Codec<TreeNode> = Schema.Struct({
  name: Schema.String,
  kind: ToolFields.Kind,
  children: Schema.optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<TreeNode> => Node))),
  cut: Schema.optionalKey(Schema.Literal(true))
}).annotate({
  identifier: "TreeNode",
  description: "Something in a directory; only directories have children, and with cut not all of them are shown"
})

/**
 * Shows everything below a directory.
 *
 * @category tools
 * @since 0.1.0
 */
export const ShowTree = Tool.make("directory_tree", {
  title: "Directory tree",
  description: "Shows everything below a directory as a nested tree. Links are shown and not followed.",
  input: {
    path: ToolFields.path("The directory"),
    depth: Schema.optionalKey(
      Schema.Natural.annotate({ description: "Levels to show; 1 is the directory's own entries" })
    ),
    excludePatterns: ToolFields.excludePatterns
  },
  output: { path: Schema.String, children: Schema.Array(Node), complete: ToolFields.complete },
  errors: FileError.all,
  annotations: looks
})

/**
 * Finds paths by a pattern.
 *
 * @category tools
 * @since 0.1.0
 */
export const Search = Tool.make("search_files", {
  title: "Search files",
  description:
    "Finds files and directories below a directory by a glob pattern on their path relative to it: `*.ts` matches " +
    "in the directory itself, `**/*.ts` at any depth. It does not search in contents.",
  input: {
    path: ToolFields.path("The directory to search in"),
    pattern: Schema.String.annotate({ description: "A glob pattern" }),
    excludePatterns: ToolFields.excludePatterns
  },
  output: {
    matches: Schema.Array(Schema.Struct({ path: Schema.String, kind: ToolFields.Kind })),
    complete: ToolFields.complete
  },
  errors: FileError.all,
  annotations: looks
})

/**
 * Tells what is known about a file or directory.
 *
 * @category tools
 * @since 0.1.0
 */
export const Info = Tool.make("get_file_info", {
  title: "File info",
  description: "Tells the kind, size in bytes, times, permissions and MIME type of a file or directory.",
  input: { path: ToolFields.path("The file or directory") },
  output: {
    path: Schema.String,
    kind: ToolFields.Kind,
    size: Schema.Natural,
    created: Schema.String,
    modified: Schema.String,
    accessed: Schema.String,
    permissions: Schema.String.annotate({ description: "Three octal digits" }),
    mimeType: Schema.optionalKey(Schema.String)
  },
  errors: FileError.all,
  annotations: looks
})

/**
 * Tells which directories are allowed.
 *
 * @category tools
 * @since 0.1.0
 */
export const ListAllowed = Tool.make("list_allowed_directories", {
  title: "List allowed directories",
  description:
    "Lists the directories that this server may work in; nothing outside of them can be reached. Relative paths " +
    "begin at the first one.",
  output: { directories: Schema.Array(Schema.String) },
  annotations: looks
})

/**
 * The tools.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = Layer.mergeAll(
  Server.tool(List, ({ path, ...options }) => ClientRoots.within(listDirectory(path, options))),
  Server.tool(ShowTree, ({ depth, excludePatterns, path }) =>
    ClientRoots.within(directoryTree(path, {
      ...(depth !== undefined && { depth }),
      ...(excludePatterns !== undefined && { exclude: excludePatterns })
    }))),
  Server.tool(
    Search,
    ({ excludePatterns, path, pattern }) =>
      ClientRoots.within(searchFiles(path, pattern, excludePatterns === undefined ? {} : { exclude: excludePatterns }))
  ),
  Server.tool(Info, ({ path }) => ClientRoots.within(fileMetadata(path))),
  Server.tool(
    ListAllowed,
    () => Effect.map(ClientRoots.access, ({ roots }) => ({ directories: roots.map((root) => root.given) }))
  )
)
