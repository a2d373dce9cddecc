/* Vitest's tests: each program named in PROGRAMS is one. */
import { test } from 'vitest';

test.each(JSON.parse(process.env.PROGRAMS ?? '[]'))(
  '%s',
  (program) => import(/* @vite-ignore */ `../node-esm/${program}`),
);
