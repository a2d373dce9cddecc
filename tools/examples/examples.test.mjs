// @ts-check
import { expect, test } from 'vitest';
import { withTree } from '../check/made-up-tree.mjs';
import { blocksIn } from './extract.mjs';
import { comparePrints } from './prints.mjs';
import { judgeExample, openExamples, runTogether } from './run.mjs';

/** @param {string} code @param {string} [info] */
function fenced(code, info = 'ts') {
  return ['Text.', '', `\`\`\`${info}`, code, '```', ''].join('\n');
}

/** What the checker says of a tree. @param {Record<string, string>} files */
function outcomesOf(files) {
  return withTree(files, async (tree) => {
    const { compiled, complaints, remove } = openExamples(tree);
    try {
      const outcomes = complaints.map((complaint) => `failed ${complaint}`);
      for (const one of compiled) {
        const [first] = await judgeExample(one);
        const name = `${one.example.file}:${one.example.line}`;
        outcomes.push(first === undefined ? `passed ${name}` : `failed ${name}: ${first}`);
      }
      return outcomes;
    } finally {
      remove();
    }
  });
}

test('passes an example that prints what it says', async () => {
  const readme = fenced('const a: number[] = [1, 2];\nconsole.log(a, "b"); // [ 1, 2 ] b');
  expect(await outcomesOf({ 'README.md': readme })).toEqual(['passed README.md:4']);
});

test('fails an example that prints something else, at its line', async () => {
  const readme = fenced('const a = 1;\nconsole.log(a + 1); // 3');
  expect(await outcomesOf({ 'README.md': readme })).toEqual([
    'failed README.md:4: README.md:5 needed 3, got 2',
  ]);
});

test('fails an example whose types are wrong, at its line', async () => {
  const [outcome] = await outcomesOf({ 'docs/guide.md': fenced('\nconst a: number = "text";') });
  expect(outcome).toMatch(/^failed docs\/guide\.md:4: docs\/guide\.md:5 Type 'string' is not assignable/);
});

test('fails an example that throws', async () => {
  const [outcome] = await outcomesOf({
    'packages/a/README.md': fenced("throw new RangeError('needs 1, got 2');"),
  });
  expect(outcome).toMatch(/^failed packages\/a\/README\.md:4: [\s\S]*RangeError: needs 1, got 2/);
});

test('fails an example whose print is never reached', async () => {
  const readme = fenced('const list: number[] = [];\nfor (const a of list) console.log(a); // 1');
  expect(await outcomesOf({ 'README.md': readme })).toEqual([
    'failed README.md:4: README.md:5 needed 1, but this line printed nothing',
  ]);
});

test('only type-checks an example marked no-run', async () => {
  const readme = fenced("throw new Error('not here');", 'ts no-run') + fenced('oops;', 'ts no-run');
  const [first, second] = await outcomesOf({ 'README.md': readme });
  expect(first).toBe('passed README.md:4');
  expect(second).toMatch(/^failed README\.md:9: README\.md:9 Cannot find name 'oops'/);
});

test('keeps examples apart', async () => {
  const one = fenced('const a = 1;\nObject.assign(globalThis, { leak: a });');
  const two = fenced("const a = 2;\nconsole.log(a, 'leak' in globalThis); // 2 false");
  expect(await outcomesOf({ 'README.md': one + two })).toEqual(['passed README.md:4', 'passed README.md:10']);
});

test('runs examples of TensorFlow.js together, and by itself one that stumbles over another', async () => {
  const named = fenced(
    [
      "import * as tf from '@tensorflow/tfjs';",
      "await tf.setBackend('cpu');",
      "console.log(tf.variable(tf.scalar(1), true, 'v').name); // v",
    ].join('\n'),
  );
  const numbered = named.replace(
    "tf.variable(tf.scalar(1), true, 'v').name); // v",
    'tf.layers.dense({ units: 1 }).name); // dense_Dense1',
  );
  await withTree({ 'README.md': named + named + numbered }, async (tree) => {
    const { compiled, remove } = openExamples(tree);
    try {
      const together = await runTogether(compiled);
      expect(compiled.map((one) => together.has(one))).toEqual([true, false, false]);
      const judged = compiled.map((one) => judgeExample(one, { hasRun: together.has(one) }));
      expect(await Promise.all(judged)).toEqual([[], [], []]);
    } finally {
      remove();
    }
  });
});

test('runs the examples of doc comments, on members too', async () => {
  const source = `
/**
 * Doubles.
 *
 * @example
 * \`\`\`ts
 * console.log(1 + 1); // 3
 * \`\`\`
 */
export interface A {
  /**
   * @example
   * \`\`\`ts
   * console.log({ a: 1 }); // { a: 1 }
   * \`\`\`
   */
  readonly a: 1;
}
`;
  expect(await outcomesOf({ 'packages/a/src/a.ts': source })).toEqual([
    'failed packages/a/src/a.ts:7: packages/a/src/a.ts:7 needed 3, got 2',
    'passed packages/a/src/a.ts:14',
  ]);
});

test('fails an @example that holds nothing to run', async () => {
  const source = '/**\n * @example a(1)\n * @see b\n */\nexport const a = 1;\n';
  expect(await outcomesOf({ 'packages/a/src/a.ts': source })).toEqual([
    'failed packages/a/src/a.ts:2 this @example has no ```ts block',
  ]);
});

test('resolves the packages of the workspace', async () => {
  const readme = fenced(
    "import { elementBudget } from '@synaprune/core';\nconsole.log(elementBudget(0.29, 100)); // 29",
  );
  expect(await outcomesOf({ 'README.md': readme })).toEqual(['passed README.md:4']);
});

test('takes only blocks of TypeScript, and indented ones without their indentation', () => {
  const lines = [
    '```js',
    'a',
    '```',
    '- item',
    '  ```ts',
    '  b {',
    '    c',
    '  ```',
    '````ts',
    '```',
    'd',
    '````',
  ];
  expect(blocksIn(lines, 'a.md', 1).map(({ code, line }) => [line, code])).toEqual([
    [6, 'b {\n  c'],
    [10, '```\nd'],
  ]);
});

test('takes a line that printed several times as a whole, and line breaks as spaces', () => {
  const printed = [
    { line: 1, text: '1' },
    { line: 1, text: '2' },
    { line: 2, text: '{\n  a: 1,\n  b: 2\n}' },
  ];
  const expectations = [
    { line: 1, expected: '1 2' },
    { line: 2, expected: '{ a: 1, b: 2 }' },
  ];
  expect(comparePrints(expectations, printed)).toEqual([]);
});
