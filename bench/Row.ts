/**
 * A `Row` is one thing that was measured, by contender; the table shows its values and how often the floor goes into each.
 */
import { type Contender, contenders } from "./Contenders.ts"

export interface Row {
  readonly name: string
  readonly unit: string
  /** A number, or why there is none. */
  readonly values: ReadonlyMap<string, number | string>
  /** Whose value the others are divided by; the floor's by default. */
  readonly base?: string
}

/** Measures contender by contender; one that fails has its reason in the row, and the others go on. */
export const measure = async (
  name: string,
  unit: string,
  who: ReadonlyArray<Contender>,
  one: (contender: Contender) => Promise<number | string>
): Promise<Row> => {
  const values = new Map<string, number | string>()
  for (const contender of who) values.set(contender.name, await one(contender).catch(reason))
  return { name, unit, values }
}

export const reason = (error: unknown): string => error instanceof Error ? error.message.slice(0, 20) : "failed"

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const digits = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en-US") : value >= 100 ? value.toFixed(0) : value.toFixed(1)

/** The table, in Markdown. */
export const table = (rows: ReadonlyArray<Row>): string => {
  const cell = (row: Row, name: string): string => {
    const value = row.values.get(name)
    if (value === undefined) return ""
    if (typeof value === "string") return value
    const base = row.values.get(row.base ?? "floor")
    return typeof base !== "number" || base <= 0 || name === (row.base ?? "floor")
      ? digits(value)
      : `${digits(value)} (${(value / base).toFixed(2)} ×)`
  }
  const lines = [
    ["", "unit", ...contenders.map((contender) => contender.name)],
    ...rows.map((row) => [row.name, row.unit, ...contenders.map((contender) => cell(row, contender.name))])
  ]
  const widths = lines[0]!.map((_, column) => Math.max(3, ...lines.map((line) => line[column]!.length)))
  const text = lines.map((line) => `| ${line.map((value, column) => value.padEnd(widths[column]!)).join(" | ")} |`)
  text.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`)
  return text.join("\n")
}
