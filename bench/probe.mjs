/**
 * The probe is loaded into every server that is measured (`node --import`) and answers, over the IPC channel, what the process has used.
 *
 * It is not part of any server: what it costs, it costs each of them alike. The process ends when its driver lets go of the channel.
 */
const answers = {
  cpu: () => {
    const { system, user } = process.cpuUsage()
    return user + system
  },
  heap: () => {
    // twice: what finalizers of the first collection release is collected by the second
    globalThis.gc()
    globalThis.gc()
    return process.memoryUsage().heapUsed
  }
}

process.on("message", (question) => process.send({ [question]: answers[question]() }))
process.on("disconnect", () => process.exit(0))
