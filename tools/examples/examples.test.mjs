// @ts-check
import { beforeAll, expect, test } from 'vitest';
import { withTree } from '../check/made-up-tree.mjs';
import { blocksIn } from './extract.mjs';
import { comparePrints } from './prints.mjs';
import { judgeExample, openExamples, runTogether } from './run.mjs';

/** @param {string} code @param {string} [info] */
function fenced(code, info = 'ts') {
  return ['Text.', '', `\`\`\`${info}`, code, '```', ''].join('\n');
}

/** Pages and sources with examples, all opened at once: TypeScript takes its time to start. */
const tree = {
  'docs/prints.md': fenced('const a: number[] = [1, 2];\nconsole.log(a, "b"); // [ 1, 2 ] b'),
  'docs/prints-else.md': fenced('const a = 1;\nconsole.log(a + 1); // 3'),
  'docs/types.md': fenced('\nconst a: number = "text";'),
  'packages/a/README.md': fenced("throw new RangeError('needs 1, got 2');"),
  'docs/never-reached.md': fenced('const list: number[] = [];\nfor (const a of list) console.log(a); // 1'),
  'docs/no-run.md': fenced("throw new Error('not here');", 'ts no-run') + fenced('oops;', 'ts no-run'),
  'docs/apart.md':
    fenced('const a = 1;\nObject.assign(globalThis, { leak: a });') +
    fenced("const a = 2;\nconsole.log(a, 'leak' in globalThis); // 2 false"),
  'packages/a/src/a.ts': `
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
`,
  'packages/a/src/b.ts': '/**\n * @example a(1)\n * @see b\n */\nexport const a = 1;\n',
  'README.md': fenced(
    "import { elementBudget } from '@synaprune/core';\nconsole.log(elementBudget(0.29, 100)); // 29",
  ),
};

/** What the checker says of each, by its file. @type {Map<string, string[]>} */
const outcomes = new Map();

beforeAll(() =>
  withTree(tree, async (folder) => {
    const { compiled, complaints, remove } = openExamples(folder);
    const tell = (/** @type {string} */ file, /** @type {string} */ outcome) =>
      outcomes.set(file, [...(outcomes.get(file) ?? []), outcome]);
    try {
      for (const complaint of complaints) tell(complaint.split(':')[0] ?? '', `failed ${complaint}`);
      for (const one of compiled) {
        const { file, line } = one.example;
        const [first] = await judgeExample(one);
        tell(file, first === undefined ? `passed :${line}` : `failed :${line}: ${first}`);
      }
    } finally {
      remove();
    }
  }),
);

test('passes an example that prints what it says', () => {
  expect(outcomes.get('docs/prints.md')).toEqual(['passed :4']);
});

test('fails an example that prints something else, at its line', () => {
  expect(outcomes.get('docs/prints-else.md')).toEqual(['failed :4: docs/prints-else.md:5 needed 3, got 2']);
});

test('fails an example whose types are wrong, at its line', () => {
  expect(outcomes.get('docs/types.md')).toEqual([
    expect.stringMatching(/^failed :4: docs\/types\.md:5 Type 'string' is not assignable/),
  ]);
});

test('fails an example that throws', () => {
  expect(outcomes.get('packages/a/README.md')).toEqual([
    expect.stringMatching(/^failed :4: [\s\S]*RangeError: needs 1, got 2/),
  ]);
});

test('fails an example whose print is never reached', () => {
  expect(outcomes.get('docs/never-reached.md')).toEqual([
    'failed :4: docs/never-reached.md:5 needed 1, but this line printed nothing',
  ]);
});

test('only type-checks an example marked no-run', () => {
  expect(outcomes.get('docs/no-run.md')).toEqual([
    'passed :4',
    expect.stringMatching(/^failed :9: docs\/no-run\.md:9 Cannot find name 'oops'/),
  ]);
});

test('keeps examples apart', () => {
  expect(outcomes.get('docs/apart.md')).toEqual(['passed :4', 'passed :10']);
});

test('runs the examples of doc comments, on members too', () => {
  expect(outcomes.get('packages/a/src/a.ts')).toEqual([
    'failed :7: packages/a/src/a.ts:7 needed 3, got 2',
    'passed :14',
  ]);
});

test('fails an @example that holds nothing to run', () => {
  expect(outcomes.get('packages/a/src/b.ts')).toEqual([
    'failed packages/a/src/b.ts:2 this @example has no ```ts block',
  ]);
});

test('resolves the packages of the workspace', () => {
  expect(outcomes.get('README.md')).toEqual(['passed :4']);
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
