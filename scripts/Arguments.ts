/**
 * `Arguments` are what a script is called with. What is wrong with them is said in one line, with how it is called, and it ends with 2.
 *
 * They are not those of programs that people install: those have commands of effect's.
 */
import { parseArgs, type ParseArgsConfig } from "node:util"

type Options = NonNullable<ParseArgsConfig["options"]>

/** How a script is called, for people. */
export type Usage = string

/** Ends the script: it was called wrongly. */
export const refuse = (usage: Usage, reason: string): never => {
  console.error(`${reason}\n\n${usage}`)
  process.exit(2)
}

/** The values of the options; `--help` says how the script is called. */
export const read = <O extends Options>(usage: Usage, options: O) => {
  if (process.argv.includes("--help")) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error))
  }
}

/** A whole number, and not below the least. */
export const wholeNumber = (usage: Usage, name: string, text: string, least: number): number => {
  const number = Number(text)
  return text.trim() !== "" && Number.isSafeInteger(number) && number >= least
    ? number
    : refuse(usage, `--${name} takes a whole number from ${least} on, and not ${JSON.stringify(text)}`)
}

/** One of those that there are. */
export const oneOf = <A extends string>(usage: Usage, name: string, text: string, all: ReadonlyArray<A>): A =>
  all.find((one) => one === text) ?? refuse(usage, `--${name} takes ${all.join(", ")}, and not ${JSON.stringify(text)}`)
