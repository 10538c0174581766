/**
 * What can go wrong with a path, in words that are safe to send to the client that asked.
 *
 * Not a report of where things really are: every error carries the path as the client gave it, and none says whether
 * something exists outside the allowed directories.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ESCAPE, type SystemFailure } from "./SystemCall.ts"

/**
 * Nothing is at the path.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { path: Schema.String }) {
  override get message() {
    return `Nothing exists at ${this.path}`
  }
}

/**
 * The path is outside the allowed directories, or a link on the way leaves them.
 *
 * @category errors
 * @since 0.1.0
 */
export class AccessDenied extends Schema.TaggedError<AccessDenied>()("AccessDenied", { path: Schema.String }) {
  override get message() {
    return `Access denied: ${this.path} is not inside the allowed directories`
  }
}

/**
 * The operating system does not let this server do that.
 *
 * @category errors
 * @since 0.1.0
 */
export class PermissionDenied
  extends Schema.TaggedError<PermissionDenied>()("PermissionDenied", { path: Schema.String })
{
  override get message() {
    return `The operating system refuses this operation on ${this.path}`
  }
}

/**
 * The path is a directory, a pipe, a socket or a device where a regular file is needed.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAFile extends Schema.TaggedError<NotAFile>()("NotAFile", { path: Schema.String }) {
  override get message() {
    return `${this.path} is not a regular file`
  }
}

/**
 * The path, or a part of it before its last name, is not a directory.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotADirectory extends Schema.TaggedError<NotADirectory>()("NotADirectory", { path: Schema.String }) {
  override get message() {
    return `${this.path} is not a directory`
  }
}

/**
 * Something is already at the path, and the operation does not overwrite.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", { path: Schema.String }) {
  override get message() {
    return `Something already exists at ${this.path}`
  }
}

/**
 * More than a limit allows; `limit` is the number and `unit` what it counts.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooLarge extends Schema.TaggedError<TooLarge>()("TooLarge", {
  path: Schema.String,
  limit: Schema.Finite,
  unit: Schema.Literals(["bytes", "edits", "files", "patterns"])
}) {
  override get message() {
    return `${this.path}: more than the ${this.limit} ${this.unit} allowed in one call`
  }
}

/**
 * The path cannot name anything: too long, empty, with a null character, or through too many links.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPath extends Schema.TaggedError<InvalidPath>()("InvalidPath", {
  path: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `Invalid path ${this.path}: ${this.problem}`
  }
}

/**
 * The file holds bytes that are not UTF-8 text.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotText extends Schema.TaggedError<NotText>()("NotText", { path: Schema.String }) {
  override get message() {
    return `${this.path} is not UTF-8 text`
  }
}

/**
 * Someone else wrote the file between reading and writing it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Changed extends Schema.TaggedError<Changed>()("Changed", { path: Schema.String }) {
  override get message() {
    return `${this.path} was changed by someone else meanwhile; nothing was written`
  }
}

/**
 * An edit that could not be placed; `edit` is its position in the list, from 0.
 *
 * @category errors
 * @since 0.1.0
 */
export class EditFailed extends Schema.TaggedError<EditFailed>()("EditFailed", {
  path: Schema.String,
  edit: Schema.Finite,
  problem: Schema.String
}) {
  override get message() {
    return `${this.path}: edit ${this.edit} ${this.problem}; nothing was written`
  }
}

/**
 * A glob pattern that cannot be read.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPattern extends Schema.TaggedError<InvalidPattern>()("InvalidPattern", {
  pattern: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `Invalid pattern ${this.pattern}: ${this.problem}`
  }
}

/**
 * The system failed in a way the client can do nothing about; `code` is the system's symbolic code.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  path: Schema.String,
  code: Schema.String
}) {
  override get message() {
    return `${this.path} is not available (${this.code})`
  }
}

/**
 * The errors of finding, opening or changing what is at a path.
 *
 * @category models
 * @since 0.1.0
 */
export type PathError =
  | NotFound
  | AccessDenied
  | PermissionDenied
  | NotAFile
  | NotADirectory
  | AlreadyExists
  | InvalidPath
  | Unavailable

/**
 * Every error of this server's file operations, in the order a tool declares them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const all = [
  NotFound,
  AccessDenied,
  PermissionDenied,
  NotAFile,
  NotADirectory,
  AlreadyExists,
  TooLarge,
  InvalidPath,
  NotText,
  Changed,
  EditFailed,
  InvalidPattern,
  Unavailable
] as const

/**
 * Any error of this server's file operations.
 *
 * @category models
 * @since 0.1.0
 */
export type FileError = InstanceType<(typeof all)[number]>

// An answer should not repeat a megabyte that was sent as a path.
const MAX_ECHO_CHARACTERS = 1024

/**
 * A path as errors repeat it: whole, unless it is absurdly long.
 *
 * @category combinators
 * @since 0.1.0
 */
export const echo = (path: string): string =>
  path.length <= MAX_ECHO_CHARACTERS ? path : `${path.slice(0, MAX_ECHO_CHARACTERS)}…`

const fromCode = (path: string, code: string): PathError => {
  switch (code) {
    case "ENOENT":
      return new NotFound({ path })
    case ESCAPE:
      return new AccessDenied({ path })
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new PermissionDenied({ path })
    case "EEXIST":
    case "ENOTEMPTY":
      return new AlreadyExists({ path })
    case "ENOTDIR":
      return new NotADirectory({ path })
    case "EISDIR":
    case "ENXIO":
      return new NotAFile({ path })
    case "ELOOP":
      return new InvalidPath({ path, problem: "too many links on the way" })
    case "ENAMETOOLONG":
      return new InvalidPath({ path, problem: "a name in it is too long" })
    case "EXDEV":
      return new InvalidPath({ path, problem: "it is on another file system than the source" })
    case "EINVAL":
      return new InvalidPath({ path, problem: "the operation makes no sense there" })
    default:
      return new Unavailable({ path, code })
  }
}

/**
 * Says a failed system call in terms of the path the client gave.
 *
 * The cause of a failure that has no name here goes to the debug log, since it may hold real locations.
 *
 * @category combinators
 * @since 0.1.0
 */
export const at = (path: string) => <A, R>(self: Effect.Effect<A, SystemFailure, R>): Effect.Effect<A, PathError, R> =>
  Effect.catch(self, (failure): Effect.Effect<never, PathError> => {
    const error = fromCode(echo(path), failure.code)
    return error._tag === "Unavailable"
      ? Effect.andThen(Effect.logDebug("file system call failed", failure.cause), Effect.fail(error))
      : Effect.fail(error)
  })
