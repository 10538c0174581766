/**
 * The MIME type of a file by its name.
 *
 * Not a look at its contents: an unknown extension is `text/plain` or `application/octet-stream`, as the caller found.
 *
 * @see https://www.iana.org/assignments/media-types/media-types.xhtml
 */
import * as NodePath from "node:path"

const byExtension: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  ".aac": "audio/aac",
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".c": "text/x-c",
  ".cpp": "text/x-c++",
  ".css": "text/css",
  ".csv": "text/csv",
  ".flac": "audio/flac",
  ".gif": "image/gif",
  ".go": "text/x-go",
  ".gz": "application/gzip",
  ".h": "text/x-c",
  ".htm": "text/html",
  ".html": "text/html",
  ".ico": "image/vnd.microsoft.icon",
  ".java": "text/x-java",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".jsonl": "application/x-ndjson",
  ".jsx": "text/javascript",
  ".m4a": "audio/mp4",
  ".md": "text/markdown",
  ".mjs": "text/javascript",
  ".mov": "video/quicktime",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".ogg": "audio/ogg",
  ".otf": "font/otf",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".py": "text/x-python",
  ".rb": "text/x-ruby",
  ".rs": "text/x-rust",
  ".sh": "text/x-sh",
  ".sql": "application/sql",
  ".svg": "image/svg+xml",
  ".tar": "application/x-tar",
  ".toml": "application/toml",
  ".ts": "text/x-typescript",
  ".tsx": "text/x-typescript",
  ".ttf": "font/ttf",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webm": "video/webm",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".zip": "application/zip"
})

/**
 * The MIME type that belongs to a file name's extension, whatever its case; `undefined` for one not in the table.
 *
 * @category combinators
 * @since 0.1.0
 */
export const ofName = (name: string): string | undefined => byExtension[NodePath.extname(name).toLowerCase()]

/**
 * The MIME type to announce for a file whose contents are known to be text or not.
 *
 * @category combinators
 * @since 0.1.0
 */
export const ofContent = (name: string, isText: boolean): string =>
  ofName(name) ?? (isText ? "text/plain" : "application/octet-stream")
