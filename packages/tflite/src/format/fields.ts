import type { Table } from './decode.js';

/** A number that a table has, or what stands for it where it has none. */
export function numberOf(table: Table, field: string, missing = 0): number {
  const value = table[field];
  return typeof value === 'number' ? value : missing;
}

/** Text of a table; empty where there is none. */
export function textOf(table: Table, field: string): string {
  const value = table[field];
  return typeof value === 'string' ? value : '';
}

/** A list of int32; empty where there is none. */
export function wholesOf(table: Table, field: string): readonly number[] {
  const value = table[field];
  return value instanceof Int32Array ? Array.from(value) : [];
}

/** A table in a field. */
export function tableOf(table: Table, field: string): Table | undefined {
  const value = table[field];
  return typeof value === 'object' && !ArrayBuffer.isView(value) && !Array.isArray(value)
    ? (value as Table)
    : undefined;
}

/** Tables of a list; empty where there is none. */
export function tablesOf(table: Table, field: string): readonly Table[] {
  const value = table[field];
  return Array.isArray(value) ? (value as readonly Table[]) : [];
}
