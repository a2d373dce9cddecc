import { expect, it } from 'vitest';
import { type BenchOptions, createCommand } from './command.js';
import { GROUPS } from './groups/index.js';

async function parse(...words: string[]): Promise<BenchOptions> {
  let found: BenchOptions | undefined;
  const command = createCommand(async (options) => {
    found = options;
  });
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(words, { from: 'user' });
  return found!;
}

it('measures everything at three sizes unless told', async () => {
  const options = await parse();
  expect(options).toMatchObject({ sizes: [1e6, 1e7, 1e8], quick: false, out: './bench-results.json' });
  expect(options.only).toEqual(Object.keys(GROUPS));
  expect(options.samples).toBeUndefined();
});

it('measures little when quick, unless told', async () => {
  expect(await parse('--quick')).toMatchObject({ sizes: [1e4, 1e5], samples: 3 });
  expect(await parse('--quick', '--sizes', '2e5', '--samples', '5')).toMatchObject({
    sizes: [2e5],
    samples: 5,
  });
});

it('takes sizes and groups in lists', async () => {
  const options = await parse('--sizes', '1e7,1e6', '--only', 'select,prune');
  expect(options).toMatchObject({ sizes: [1e6, 1e7], only: ['select', 'prune'] });
});

it.each([
  ['--only', 'selct'],
  ['--only', 'toString'],
  ['--sizes', '10'],
  ['--sizes', 'many'],
  ['--samples', '0'],
])('refuses %s %s', async (...words) => {
  await expect(parse(...words)).rejects.toThrow();
});
