/**
 * The `ChildEnvironment` is what a server that this program starts sees of the environment: what is named, and nothing else.
 *
 * It is no secret store: what is named is readable for the server and for whoever may look at its process.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */

/**
 * What a child inherits unless told otherwise: what programs need in order to run, and where no secrets are kept. The lists are those of the
 * official SDKs.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultInherited: ReadonlyArray<string> = process.platform === "win32"
  ? [
    "APPDATA",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATH",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "USERNAME",
    "USERPROFILE"
  ]
  : ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"]

/**
 * The environment of a child: those of `names` that this process has, and then `own`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  own: Readonly<Record<string, string>> = {},
  names: ReadonlyArray<string> = defaultInherited
): Readonly<Record<string, string>> => {
  const inherited = names.flatMap((name): ReadonlyArray<[string, string]> => {
    const value = process.env[name]
    // a value that begins so is a function for old shells, which run it
    return value === undefined || value.startsWith("()") ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(inherited), ...own }
}
