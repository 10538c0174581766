/**
 * Removes what was built of sources that are not there any more: the compiler leaves it, and it would be published.
 *
 * It builds nothing, and looks at nothing but the `dist` of packages and apps, in the directory that it is given or in this repository.
 */
import { existsSync, globSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url))

for (const built of globSync("{packages,apps}/*/dist/**/*.{js,d.ts,js.map,d.ts.map}", { cwd: root })) {
  const source = built.replace(/([\\/])dist([\\/])/, "$1src$2").replace(/\.(?:js|d\.ts)(?:\.map)?$/, ".ts")
  if (existsSync(join(root, source))) continue
  rmSync(join(root, built))
  console.log(`removed ${built}`)
}
