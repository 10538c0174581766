/**
 * The work that every server does: an echo tool, a tool that answers with 1 MB of text, and as many tools more as the run asks for.
 *
 * It knows no protocol, so that each server says it in its own way.
 */
/** How the server is reached, and how many tools it has besides `echo` and `megabyte`. */
export const [transport = "stdio", extra = "0"] = process.argv.slice(2)

/** The names of the further tools; each of them does what `echo` does. */
export const furtherTools = Array.from({ length: Number(extra) }, (_, index) => `tool-${index}`)

/** The answer of the tool `megabyte`. */
export const megabyte = "0123456789abcdef".repeat(65_536)

export const info = { name: "bench", version: "1.0.0" }

/** Tells the driver where the server listens. */
export const listening = (port) => process.send({ port })

/** Listens on a free port of the loopback interface. */
export const listen = async (handler) => {
  // not at the top: to load it takes as long as some servers take to start
  const { createServer } = await import("node:http")
  const server = createServer(handler)
  server.listen(0, "127.0.0.1", () => listening(server.address().port))
}
