import { Refusal } from "./answers.ts";
import type { Quirks } from "./quirks.ts";
import type { Key } from "./state.ts";

const DEFAULT_END = 10;
const MAX_ROWS = 100;
const columns: Record<string, (key: Key) => string> = {
  uuid: ({ uuid }) => uuid,
  name: ({ name }) => name,
  created_at: ({ createdAt }) => createdAt,
};

/** The part of a list that a query asks for. */
export interface Page {
  rows: Key[];
  /** How many there are with these filters. */
  total: number;
  /** Of the first row, counted from 0. */
  start: number;
}

const refused = (text: string) => new Refusal(400, "Error", text, { plain: true });
const failed = (text: string) => new Refusal(500, "Error", text, { plain: true });

/**
 * What a list request answers; whatever it names beside page and order becomes a filter on a column.
 * @throws {Refusal} 400 and 500, in plain text
 */
export function pageOf(keys: Key[], query: Record<string, string>, quirks: Quirks): Page {
  const { _start = "0", _end = `${DEFAULT_END}`, _sort, _order, ...filters } = query;
  const [start, end] = [Number(_start), Number(_end)];
  if (!/^\d+$/.test(_start) || !/^\d+$/.test(_end) || end <= start || end - start > MAX_ROWS)
    throw refused(`invalid pagination: _start=${_start}, _end=${_end}`);
  let found = [...keys].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  for (const [name, value] of Object.entries(filters)) {
    const matches = filterOf(name, value, quirks);
    found = found.filter(matches);
  }
  if (_order !== undefined && !["asc", "desc"].includes(_order.toLowerCase()))
    throw refused(`invalid order: ${_order}`);
  if (_sort !== undefined) found = sorted(found, _sort, _order?.toLowerCase() === "desc", quirks);
  return { rows: found.slice(start, end), total: found.length, start };
}

function filterOf(name: string, value: string, quirks: Quirks): (key: Key) => boolean {
  // Such a value becomes a truth value, which no text is compared with.
  if (/^(?:on|off|t|f|true|false|yes|no)$/i.test(value)) throw refused(`invalid value for ${name}`);
  if (name === quirks.search) {
    if (/^\d+$/.test(value)) throw refused(`invalid value for ${name}`);
    return (key) => key.name.includes(value);
  }
  const [, column = name, operator = "eq"] = /^(\w+)_(eq|gte|lte|gt|lt)$/.exec(name) ?? [];
  const read = columns[column];
  if (!read) throw failed(`Error 1054 (42S22): Unknown column '${name}' in 'where clause'`);
  if (operator !== "eq" || column === "created_at") throw refused(`invalid filter on ${column}`);
  return (key) => read(key) === value;
}

function sorted(keys: Key[], by: string, descending: boolean, { sortable }: Quirks): Key[] {
  if (sortable === "name" && by !== "name") throw refused(`cannot sort by ${by}`);
  const read = columns[by];
  if (!read) throw failed(`Error 1054 (42S22): Unknown column '${by}' in 'order clause'`);
  const ascending = keys.toSorted((a, b) => read(a).localeCompare(read(b)));
  return descending ? ascending.reverse() : ascending;
}
