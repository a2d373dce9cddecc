// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeLinks, judgeNames } from './judge-site.mjs';

test('finds dead links, headings that are not there, and foreign hosts', () => {
  const made = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    const write = (/** @type {string} */ path, /** @type {string} */ text) => {
      mkdirSync(dirname(join(made, path)), { recursive: true });
      writeFileSync(join(made, path), text);
    };
    write(
      'index.html',
      '<a href="docs/a.html#one">a</a><a href="docs/a.html#two">a</a><a href="gone.html">b</a>',
    );
    write(
      'docs/a.html',
      '<h1 id="one">A</h1><a href="../index.html">up</a><a href="https://a.test/">elsewhere</a>',
    );
    write(
      'b.html',
      '<img src="https://a.test/b.png"><link rel="stylesheet" href="//a.test/b.css"><a href="site:x">c</a>',
    );
    write('c.css', '@import "https://a.test/c.css";');
    expect(judgeLinks(made)).toEqual({
      pages: 3,
      links: 4,
      complaints: [
        'b.html loads https://a.test/b.png from another host',
        'b.html loads //a.test/b.css from another host',
        'b.html has site:x, which was not settled',
        'index.html links to docs/a.html#two, and docs/a.html has no such heading',
        'index.html links to gone.html, which is not there',
        'c.css loads https://a.test/c.css from another host',
      ],
    });
    const pages = new Map([
      [
        'a',
        new Map([
          ['one', 'docs/a.html'],
          ['two', 'docs/a.html'],
          ['three', undefined],
        ]),
      ],
    ]);
    expect(judgeNames({ folder: made, pages, complaints: [] }).complaints).toEqual([
      'two of a is not on its page, docs/a.html',
      'three of a has no page',
    ]);
  } finally {
    rmSync(made, { recursive: true });
  }
});
