import { describe, expect, it } from 'vitest';
import { parseSheet } from './sheet.js';
import { checkSize } from './table-limits.js';

describe('a table is refused', () => {
  it('for a cell that is longer than any spreadsheet’s', () => {
    expect(() => parseSheet('file.csv', `value\n"${'x'.repeat(40_000)}"\n`)).toThrow(
      /at most 32767 characters, got one of 40000 on line 2/,
    );
  });

  it('for more columns than are looked at', () => {
    const names = Array.from({ length: 2001 }, (_, i) => `c${i}`).join(',');
    expect(() => parseSheet('file.csv', `${names}\n${names}\n`)).toThrow(
      /has 2001 columns, more than the 2000/,
    );
  });

  it('for more cells than fit, before they are taken apart', () => {
    expect(() => checkSize('file.csv', Buffer.from('a,b\n1,2\n'), 4)).toThrow(
      /may hold 5 cells, more than the 4/,
    );
    checkSize('file.csv', Buffer.from('a,b\n1,2'), 4);
  });
});
