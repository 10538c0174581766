/**
 * The expectations of every scenario that counts, and the scenarios that do not, with the reason.
 *
 * Scenarios are those of `@modelcontextprotocol/conformance` 0.2.0-alpha.12. One that is in neither gets the verdict `unknown`, so that an
 * upgrade of the suite cannot add a pass that nobody has looked at.
 */
import type { Expectation } from "./Expectation.ts"
import { featureExpectations } from "./FeatureExpectations.ts"
import { sessionExpectations } from "./SessionExpectations.ts"
import { statelessExpectations } from "./StatelessExpectations.ts"

/** The expectations by scenario. */
export const expectations: ReadonlyMap<string, Expectation> = new Map(
  Object.entries({ ...featureExpectations, ...sessionExpectations, ...statelessExpectations })
)

const tasks = "the tasks extension is not implemented"
const skills = "the skills extension is not implemented"

/** Scenarios that are not counted, each with the reason. */
export const exceptions: ReadonlyMap<string, string> = new Map(Object.entries({
  "tasks-lifecycle": tasks,
  "tasks-capability-negotiation": tasks,
  "tasks-wire-fields": tasks,
  "tasks-request-state-removal": tasks,
  "tasks-mrtr-input": tasks,
  "tasks-request-headers": tasks,
  "tasks-dispatch-and-envelope": tasks,
  "tasks-status-notifications": tasks,
  "tasks-required-task-error": tasks,
  "tasks-mrtr-composition": tasks,
  "sep-2640-skills-directory": skills,
  "sep-2640-skills-enumeration": skills,
  "sep-2640-skills-manifest": skills
}))
