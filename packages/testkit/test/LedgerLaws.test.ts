import * as Ledger from "@mcp-effect/core/Ledger"
import * as LedgerLaws from "@mcp-effect/testkit/LedgerLaws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"

const seed = { seed: 1 }

Vitest.laws("the ledger in memory (MRTR-13)", LedgerLaws.all(Effect.sync(() => Ledger.makeMemory())), seed)

Vitest.laws(
  "a ledger in memory with room for three states",
  LedgerLaws.all(Effect.sync(() => Ledger.makeMemory({ maxEntries: 3 })), { keeps: 3 }),
  seed
)
