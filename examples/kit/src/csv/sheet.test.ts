import { describe, expect, it } from 'vitest';
import { parseSheet, readSheet } from './sheet.js';
import { withFile } from './testing/with-file.js';

describe('a sheet', () => {
  it.each([
    ['comma', 'a,b\n1,2\n'],
    ['semicolon beside decimal commas', 'a;b\n1;2\n'],
    ['tab', 'a\tb\n1\t2\n'],
    ['bar', 'a|b\n1|2\n'],
    ['byte order mark, quotes and CRLF', '\uFEFF"a","b"\r\n"1","2"\r\n'],
    ['blanks around cells and empty lines at the end', ' a , b \n 1 , 2 \n\n\n'],
    ['empty columns and rows of a spreadsheet', 'a;b;;\n1;2;;\n;;;\n;;;\n'],
  ])('reads %s', (_, text) => {
    const sheet = parseSheet('x.csv', text);
    expect([sheet.header, sheet.columns, sheet.remarks]).toEqual([['a', 'b'], [['1'], ['2']], []]);
  });

  it('keeps separators within quotes', () => {
    expect(parseSheet('x.csv', '"a, in m",b\n"1,5",2\n').columns).toEqual([['1,5'], ['2']]);
  });

  it('names the second of two equal names anew, and says so', () => {
    const sheet = parseSheet('x.csv', 'v,v,v (2)\n1,2,3\n');
    expect(new Set(sheet.header).size).toBe(3);
    expect(sheet.header[0]).toBe('v');
    expect(sheet.remarks[0]).toMatch(/a further column named v is called v \(3\)/);
  });

  it('leaves out empty lines among the rows and says so', () => {
    const sheet = parseSheet('x.csv', 'v\n1\n\n2\n');
    expect(sheet.columns).toEqual([['1', '2']]);
    expect(sheet.remarks).toEqual(['1 empty line among the rows left out']);
  });

  it('reads Windows-1252 and UTF-16 files', () => {
    const latin = Uint8Array.from([0x54, 0xb0, 0x43, 0x0a, 0x31]);
    expect(withFile(latin, readSheet).header).toEqual(['T°C']);
    const wide = Uint8Array.from([0xff, 0xfe, 0x76, 0x00, 0x0a, 0x00, 0x31, 0x00]);
    expect(withFile(wide, readSheet).header).toEqual(['v']);
  });

  it.each([
    ['nothing', '', /is empty/],
    ['a header alone', 'a,b\n', /a header and no rows/],
    ['rows without a header', '1,2\n3,4\n', /needs a header line with the names of its columns, got 1, 2/],
    ['a short row', 'a,b\n1,2\n3\n', /needs 2 cells in every row, got 1 on line 3/],
    ['a long row', 'a,b\n1,2,3\n', /needs 2 cells in every row, got 3 on line 2/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseSheet('x.csv', text)).toThrow(message);
  });

  it('refuses a path where nothing is', () => {
    expect(() => readSheet('/no/such.csv')).toThrow(/got \/no\/such\.csv: there is no such file/);
  });
});
