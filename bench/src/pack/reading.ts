import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from '@synaprune/sparse';
import { unpack } from '@synaprune/sparse/unpack';
import { type Context, fewRounds } from '../context.js';
import { measure } from '../measure.js';
import { type Row, type RowOptions, rowOf, unmeasured } from '../row.js';
import { measureFirstRead } from './first-read.js';
import { readInChromium } from './in-chromium.js';

/** Rounds until loops of a few milliseconds are compiled. */
const WARMUPS = 10;

/** Reading a packed file in Node and in Chromium, against gunzip of the dense one; and writing it. */
export async function measureReading(
  { rounds }: Context,
  weights: Float32Array<ArrayBuffer>,
  packed: Uint8Array,
  quick: boolean,
): Promise<Row[]> {
  const dense = new Uint8Array(weights.buffer);
  const zipped = new Uint8Array(gzipSync(dense));
  const elements = weights.length;
  const options: RowOptions = {
    ...{ group: 'pack', elements, cheaper: true, goal: 'pack-decode' },
    ...(quick ? { reported: 'a smoke run, few weights' } : {}),
  };
  const load = (bytes: ArrayBuffer): Float32Array => new Float32Array(bytes);
  const [reading, inflating, unzipping] = await measure(
    [
      { name: 'unpack at 90 %', run: () => unpack(packed, { kind: 'state' }) },
      { name: "gunzip by the platform's stream, and load", run: async () => load(await inflated(zipped)) },
      {
        name: "gunzip by Node's zlib, and load",
        run: () => load(new Uint8Array(gunzipSync(zipped)).buffer),
      },
    ],
    { samples: rounds(elements).samples, warmups: quick ? 2 : WARMUPS, collect: true },
  );
  const few = fewRounds(rounds(elements));
  const page = await readInChromium(packed, zipped, few);
  const first = await measureFirstRead(packed, zipped, few.samples);
  const state = { weights: { shape: [elements], data: weights } };
  const [writing, zipping] = await measure(
    [
      { name: 'pack at 90 %', run: () => pack(state) },
      { name: "gzip by Node's zlib", run: () => gzipSync(dense) },
    ],
    few,
  );
  return [
    rowOf(reading!, inflating!, options),
    rowOf(reading!, unzipping!, options),
    page === undefined
      ? unmeasured(options, 'unpack at 90 %, in Chromium', 'there is no Chromium')
      : rowOf(page.unpacking, page.unzipping, { ...options, note: `wall time; ${page.browser}` }),
    rowOf(first.unpacking, first.unzipping, { group: 'pack', elements, cheaper: true }),
    rowOf(writing!, zipping!, { group: 'pack', elements }),
  ];
}

function inflated(zipped: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Response(new Response(zipped).body!.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
