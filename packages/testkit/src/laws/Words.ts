/**
 * `Words` are what people are told of a counterexample: what was logged, why something died, and what may be behind it.
 *
 * They are the same for the same case: neither when it was is in them, nor in which fiber.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Formatter from "effect/Formatter"
import type * as Logger from "effect/Logger"

/**
 * What is to be done where no cases can be made.
 *
 * @category constants
 * @since 0.1.0
 */
export const rare =
  "its Schema has a check that what is made at random hardly ever passes: the option `inputs` (`Laws.input`) says what to give it instead"

/**
 * The words of a log entry.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofLog = ({ cause, logLevel, message }: Logger.Options<unknown>): string => {
  const words = (Array.isArray(message) ? message : [message])
    .map((word) => typeof word === "string" ? word : Formatter.format(word))
    .join(" ")
  return cause.reasons.length === 0 ? `${logLevel}: ${words}` : `${logLevel}: ${words}\n${ofCause(cause)}`
}

/**
 * A cause with the part of its stacks that is not in libraries.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofCause = (cause: Cause.Cause<unknown>): string =>
  Cause.pretty(cause).split("\n").filter((line) => !/^\s+at .*\/node_modules\//.test(line)).join("\n")

/**
 * What is said, and where it may come of virtual time, what to do about that.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofVirtualTime = (said: string): string => isOfTime.test(said) ? `${said}\n${virtual}` : said

const isOfTime = /No answer to|TimeoutError|timed out|nothing is left to run/

const virtual =
  "(clients wait for a minute, unless they hear of progress. Time is virtual: what waits for something outside, as a socket or a " +
  "timer of the platform, needs the option `clock: \"live\"`)"
