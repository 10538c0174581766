import * as EventStore from "@mcp-effect/http/EventStore"
import * as EventStoreLaws from "@mcp-effect/testkit/EventStoreLaws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"

const seed = { seed: 1 }

Vitest.laws(
  "the store in memory (HTTP-41, HTTP-44)",
  EventStoreLaws.all(Effect.sync(() => EventStore.makeMemory())),
  seed
)

Vitest.laws(
  "a store in memory with room for three events of a session",
  EventStoreLaws.all(Effect.sync(() => EventStore.makeMemory({ maxEvents: 3 })), { keeps: 3 }),
  seed
)
