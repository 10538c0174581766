/**
 * Makes one file of a server and all that it imports, except for what only another transport needs.
 *
 * It does not minify: what counts at the start is how many modules there are and how much of them is code.
 */
import { fileURLToPath } from "node:url"

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The bundle of a contender, in `.cache/`. */
export const make = async (contender: string): Promise<void> => {
  // not at the top: without the peers the program is to say so, and not that this one is missing
  const { build } = await import("rolldown")
  await build({
    input: path(`./servers/${contender}.mjs`),
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
    output: { dir: path(`./.cache/${contender}`), format: "esm", entryFileNames: "[name].mjs" }
  })
}
