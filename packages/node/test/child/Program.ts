/**
 * A server for the tests of child processes: `node Program.ts <behaviour> [arguments]`. It tells the witness at `WITNESS` that it lives.
 *
 * It is no server of MCP: it does one thing that servers do, most of them wrongly.
 *
 * @since 0.1.0
 */
import { spawn } from "node:child_process"
import { connect } from "node:net"

const [behaviour = "", ...args] = process.argv.slice(2)

const say = (params: unknown) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", method: behaviour, params })}\n`)

const witness = process.env["WITNESS"]
const attend = (then: () => void = () => {}) => {
  if (witness === undefined) return then()
  const socket = connect(witness, () => socket.write(`${behaviour} ${process.pid}\n`, then)).on("error", () => {})
  socket.unref()
}

const stay = () => void setInterval(() => {}, 1 << 30)

const ignoreTheEnd = () => {
  process.stdin.resume()
  process.stdin.on("error", () => {})
  process.on("SIGTERM", () => {})
  process.on("SIGHUP", () => {})
  stay()
}

/** Says back each line that it reads, and exits with 0 at the end of input. */
const mirror = () => {
  let rest = ""
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop()!
    for (const line of lines) say(line)
  })
}

const behaviours: Record<string, () => void> = {
  mirror,
  arguments: () => {
    say(args)
    mirror()
  },
  environment: () => {
    say({ ...process.env })
    mirror()
  },
  banner: () => {
    process.stdout.write("Welcome!\n\n  \u001b[31m*\u001b[0m\n")
    process.stdout.write(
      `${JSON.stringify({ level: 30, msg: "started" })}\n42\n[]\n[1]\n${"[".repeat(20_000)}${"]".repeat(20_000)}\n`
    )
    mirror()
  },
  lines: () => {
    const flood = () => {
      while (process.stdout.write("y\n".repeat(32_768)));
      process.stdout.once("drain", flood)
    }
    flood()
  },
  bytes: () => {
    const flood = () => {
      while (process.stdout.write("y".repeat(65_536)));
      process.stdout.once("drain", flood)
    }
    flood()
  },
  complain: () => {
    for (let n = 0; n < Number(args[0]); n++) process.stderr.write(`line ${n}\n`)
    process.stderr.write(`${"x".repeat(10_000)}\nlast\n`, () => say("complained"))
    mirror()
  },
  exit: () => {
    process.stderr.write(
      `before the end\n${"y".repeat(2000)}\n`,
      () =>
        process.stdout.write(
          `${JSON.stringify({ jsonrpc: "2.0", method: "last" })}\n`.repeat(5000),
          () => process.exit(Number(args[0]))
        )
    )
  },
  stubborn: () => {
    ignoreTheEnd()
    attend(() => say("ready"))
  },
  polite: () => {
    process.on("SIGTERM", () => process.exit(3))
    stay()
    say("ready")
  },
  obedient: () => {
    attend(() => say("ready"))
    mirror()
  },
  family: () => {
    const child = spawn(process.execPath, [import.meta.filename, "stubborn"], {
      stdio: ["ignore", "inherit", "inherit"]
    })
    // a wrapper waits for what it runs
    if (args[0] !== "wrapper") child.unref()
    mirror()
    if (args[0] === "crash") process.stdin.on("data", () => process.exit(1))
  },
  daemon: () => {
    // what leaves the process group is not ours to end, and it holds standard output and standard error open
    spawn(process.execPath, [import.meta.filename, "stubborn"], {
      detached: true,
      stdio: ["ignore", "inherit", "inherit"]
    })
    process.stdin.on("data", () => process.exit(1))
  },
  torrent: () => {
    // reads nothing before all that it writes has been taken
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: "2.0", method: "x", params: "x".repeat(100_000) })}\n`.repeat(100),
      mirror
    )
  }
}

behaviours[behaviour]?.()
