/**
 * The server that the guide begins with.
 *
 * @since 0.1.0
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

class DivisionByZero extends Schema.TaggedError<DivisionByZero>()("DivisionByZero", {}) {}

const Add = Tool.make("add", {
  input: { a: Schema.Int, b: Schema.Int },
  // the sum of the largest integers is none that is safe
  output: { sum: Schema.Finite },
  annotations: { readOnly: true }
})

const Divide = Tool.make("divide", {
  input: { dividend: Schema.Int, divisor: Schema.Int },
  output: { quotient: Schema.Int, remainder: Schema.Int },
  errors: [DivisionByZero],
  annotations: { readOnly: true }
})

export const Calculator = Server.layer(
  { name: "calculator", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(Add, ({ a, b }) => Effect.succeed({ sum: a + b })),
    Server.tool(
      Divide,
      ({ dividend, divisor }) =>
        divisor === 0
          ? new DivisionByZero()
          : Effect.succeed({ quotient: Math.trunc(dividend / divisor), remainder: dividend % divisor })
    )
  )
)
