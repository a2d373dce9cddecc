import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Results } from './results.js';
import { toyCsv } from './testing/toy.js';

// The program as it is built: workers need files that Node can run.
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
const csv = join(folder, 'toy.csv');
const SMALL = [
  '--data',
  csv,
  '--target',
  'value',
  '--seeds',
  '1',
  '--epochs',
  '4',
  '--hidden',
  '4',
  '--length',
  '7',
  '--curve',
  '0.5,0.9',
];

beforeAll(() => {
  expect(existsSync(MAIN), 'needs npm run build').toBe(true);
  writeFileSync(csv, toyCsv());
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end. */
function forecast(args: readonly string[], interruptAt: string | null = null, env = process.env) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...env, NO_COLOR: '1' } });
    let [out, err, interrupted] = ['', '', false];
    child.stdout.on('data', (data) => {
      out += data;
      if (interrupted || interruptAt === null || !out.includes(interruptAt)) return;
      interrupted = true;
      // Twice, as npm does when it passes on what the terminal sent to everyone.
      child.kill('SIGINT');
      child.kill('SIGINT');
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const resultsIn = (out: string) => JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results;

/** Results without what time and machine decide. */
function timeless(results: Results): unknown {
  return JSON.parse(
    JSON.stringify({ ...results, created: '', machine: {}, speed: null }, (key, value) =>
      key === 'seconds' ? 0 : value,
    ),
  );
}

describe('a whole run', () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  let ended: Ended;
  beforeAll(async () => {
    // Nothing in the environment: the program itself has to keep onnxruntime-node from sending telemetry.
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    ended = await forecast([...SMALL, '--workers', '1', '--out', one], null, env);
  });

  it('ends well, with a table and where the report is', () => {
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    for (const word of [
      'last value',
      'a week ago',
      'linear',
      'narrow',
      'none',
      'mc-dropout',
      'synaptic-pruning',
      'packed, exact',
      'packed, int8',
      'accelerated',
      'report.html',
    ]) {
      expect(ended.out).toContain(word);
    }
  });

  it('gives the same results on any number of workers', async () => {
    expect((await forecast([...SMALL, '--workers', '3', '--out', two])).code).toBe(0);
    expect(timeless(resultsIn(two))).toEqual(timeless(resultsIn(one)));
  });

  it('writes results.json with every arm', () => {
    const results = resultsIn(one);
    expect(results.version).toBe(1);
    expect(results.complete).toBe(true);
    expect(results.data).toMatchObject({ name: 'toy.csv', rows: 460, target: 'value' });
    expect(results.arms.map((arm) => arm.name)).toEqual([
      'synaptic-pruning',
      'none',
      'dropout',
      'mc-dropout',
      'narrow',
    ]);
    for (const arm of results.arms) {
      for (const key of ['mae', 'rmse', 'persistenceMae', 'sparsity', 'seconds'] as const) {
        expect(arm[key], `${arm.name} ${key}`).toBeTypeOf('number');
      }
      expect(arm.persistenceMae).toBe(results.persistence.mae);
    }
    const [pruned, none] = results.arms;
    expect(none!.sparsity).toBe(0);
    expect(pruned!.sparsity).toBeCloseTo(0.7, 2);
    expect(pruned!.sizes.denseBytes).toBe(none!.sizes.denseBytes);
    expect(pruned!.sizes.packedBytes).toBeLessThanOrEqual(pruned!.sizes.brotliBytes);
    expect(pruned!.lossy.map(({ values }) => values)).toEqual(['float16', 'int8', 'clustered']);
  });

  it('measures the pruned model dense and accelerated, and says what came of it', () => {
    const { speed } = resultsIn(one);
    expect(speed!.backend).toBe('wasm');
    expect(speed!.speeds[0]).toMatchObject({ batch: 1 });
    expect(speed!.layers.map(({ name }) => name)).toEqual(['lstm', 'dense']);
    // Of values around 100.
    expect(speed!.largestDifference).toBeLessThan(1e-3);
    expect(ended.out.replaceAll('\n', ' ')).toContain(
      'Through accelerate of @synaprune/tfjs it forecasts one window',
    );
  });

  it('writes a report that loads nothing and shows every part', () => {
    const report = readFileSync(join(one, 'report.html'), 'utf8');
    expect(report).not.toMatch(/(src|href|srcset)\s*=|@import|url\((?!#)|<script|<link|<iframe/i);
    expect(report.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:/);
    expect(report).not.toMatch(/\bNaN\b|undefined|\[object/);
    for (const heading of [
      'Result',
      'What pruning is worth',
      'Learning',
      'How sparse',
      'Which weights',
      'Forecasts',
      'How to read',
      'Data',
    ]) {
      expect(report).toContain(`<h2>${heading}`);
    }
    const figures = report.match(/role="img" aria-label="[^"]{20,}/g) ?? [];
    // Six charts, drawn wide and narrow, and three masks.
    expect(figures).toHaveLength(15);
    expect(report).toContain('Sizes are the bytes of model.onnx');
    const names = [...report.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has models along the sparsities, and says why each run stopped', () => {
    const { curve, arms, naive, seasonal, linear, machine } = resultsIn(one);
    // 0.7 is that of the arm.
    expect(curve.map(({ sparsity }) => Number(sparsity.toFixed(1)))).toEqual([0, 0.5, 0.7, 0.9]);
    expect(arms[0]!.runs[0]!.ending).toBe('epochs');
    expect(ended.out).toContain('still learning');
    expect(naive).toMatchObject({ label: 'a week ago', mae: seasonal!.mae });
    expect(linear!.mae).toBeGreaterThan(0);
    expect(machine).toMatchObject({ runtime: 'onnxruntime', backend: 'node' });
  });

  it('leaves no drafts behind', () => {
    expect(readdirSync(one).sort()).toEqual(['models', 'report.html', 'results.json']);
  });
});

describe('--runtime tfjs', () => {
  const out = join(folder, 'tfjs');
  let ended: Ended;
  beforeAll(async () => {
    ended = await forecast([...SMALL, '--runtime', 'tfjs', '--out', out]);
  });

  it('gives the same report, and says what it ran on', () => {
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('tfjs (wasm)');
    const { machine, arms, speed } = resultsIn(out);
    expect(speed!.speeds[0]).toMatchObject({ batch: 1 });
    expect(machine).toMatchObject({ runtime: 'tfjs', backend: 'wasm' });
    expect(machine['@tensorflow/tfjs']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(machine['onnxruntime-node']).toBeUndefined();
    expect(arms[0]!.sparsity).toBeCloseTo(0.7, 2);
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report.match(/role="img" aria-label="[^"]{20,}/g)).toHaveLength(15);
    expect(report).toContain('Sizes are the bytes of model.json and weights.bin');
  });

  it('saves models of two files, where ONNX Runtime saves one', () => {
    for (const model of ['none-42', 'dropout-42', 'synaptic-pruning-42', 'narrow-42', 'pruned-to-0.9-42']) {
      expect(readdirSync(join(out, 'models', model)).sort()).toEqual(['model.json', 'weights.bin']);
      expect(readdirSync(join(folder, 'one', 'models', model))).toEqual(['model.onnx']);
    }
  });

  it('has the errors of ONNX Runtime', async () => {
    const onnx = join(folder, 'one');
    for (const [i, arm] of resultsIn(out).arms.entries()) {
      expect(arm.mae / resultsIn(onnx).arms[i]!.mae).toBeCloseTo(1, 4);
      expect(arm.sparsity).toBe(resultsIn(onnx).arms[i]!.sparsity);
    }
  });
});

describe.each(inject('whole') ? ['onnxruntime', 'tfjs'] : ['onnxruntime'])(
  'a pruning that empties a weight, of a file that drives terminals: %s',
  (runtime) => {
    const odd = join(folder, `odd-${runtime}.csv`);
    const out = join(folder, `odd-${runtime}`);
    let ended: Ended;
    let report: string;
    beforeAll(async () => {
      writeFileSync(odd, toyCsv().replace('value,other', 'val\u001b[2Jue,<q>\u202eother'));
      const args = SMALL.map((arg) => (arg === csv ? odd : arg === 'value' ? 'val\u001b[2Jue' : arg));
      // One hidden unit has few weights, and 99 of 100 of them leave nothing of some.
      const emptying = ['--hidden', '1', '--to', '0.99', '--curve', 'none'];
      ended = await forecast([...args, ...emptying, '--runtime', runtime, '--out', out]);
      report = readFileSync(join(out, 'report.html'), 'utf8');
    });

    it('tells below the table and in the report what did not come to hold', () => {
      expect(ended).toMatchObject({ code: 0, err: '' });
      expect(ended.out.replaceAll('\n', ' ')).toMatch(
        /Notice: synaptic-pruning: weight-emptied: nothing is left of "/,
      );
      expect(report).toContain('<h2>What did not come to hold');
      const pruned = resultsIn(out).arms.find(({ name }) => name === 'synaptic-pruning')!;
      expect(pruned.runs[0]!.notices.map((notice) => notice.code)).toEqual(['weight-emptied']);
    });

    it('shows names out of the file without what drives a terminal, and so does the report', () => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      const driving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;
      expect(ended.out).not.toMatch(driving);
      expect(ended.out).toContain('the next day of val\\u001b[2Jue');
      expect(report).not.toMatch(driving);
      expect(report).not.toContain('<q>');
    });
  },
);

describe('Ctrl-C', () => {
  it('keeps what has finished', async () => {
    const out = join(folder, 'interrupted');
    const { code, out: said } = await forecast(
      [...SMALL, '--seeds', '4', '--workers', '1', '--out', out],
      '[1/18]',
    );
    expect(code).toBe(130);
    expect(said).toContain('Interrupted');
    const results = resultsIn(out);
    expect(results.complete).toBe(false);
    expect(results.arms.length).toBeGreaterThan(0);
    expect(results.speed).toBeNull();
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Not every run has finished');
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('writes nothing when nothing has finished', async () => {
    const out = join(folder, 'nothing');
    const { code, out: said } = await forecast([...SMALL, '--out', out], 'training synaptic-pruning');
    expect(code).toBe(130);
    expect(said).toContain('nothing is written');
    expect(existsSync(out)).toBe(false);
  });
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, out } = await forecast(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--data', '--target', '--quick', '--seed', '--from', '--to', '--out', '--backend']) {
      expect(out).toContain(flag);
    }
  });

  it('refuses a flag that is none', async () => {
    const { code, err } = await forecast(['--quik']);
    expect(code).toBe(2);
    expect(err).toMatch(/unknown option '--quik'/);
  });

  it.runIf(process.platform === 'linux')(
    'tells before it trains that --out cannot be written to',
    async () => {
      const { code, out, err } = await forecast([...SMALL, '--out', '/proc/self/report']);
      expect(code).toBe(1);
      expect(out).toBe('');
      expect(err).toMatch(/^bad-data: --out needs a folder to write to; \/proc\/self\/report cannot.*\n$/);
    },
  );

  it('refuses bad data in one line, and writes nothing', async () => {
    const out = join(folder, 'refused');
    const { code, err } = await forecast(['--data', csv, '--target', 'price', '--out', out]);
    expect(code).toBe(1);
    expect(err).toBe(
      `bad-data: ${csv} needs a column of numbers as its target, got price: there is no column price; ` +
        'columns of numbers: value, other\n',
    );
    expect(existsSync(out)).toBe(false);
  });
});
