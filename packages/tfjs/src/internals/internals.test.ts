import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('..', import.meta.url));

/** The files of a folder that are built, with their text. */
function built(folder: string): { readonly name: string; readonly text: string }[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|^testing\//.test(name))
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
}

const own = built(`${source}/internals`);
const others = built(source).filter(({ name }) => !name.startsWith('internals/'));

/** Names that are tfjs's private parts wherever they stand. */
const PRIVATE = [
  'accBeta1',
  'accBeta2',
  'collectedTrainableWeights',
  'isTraining',
  'userDefinedMetadata',
  'forwardLayer',
  'backwardLayer',
  'recurrentDropout',
  'registeredVariables',
  'dataIdMap',
  'getPrototypeOf',
  'gradientDepth',
  '_callHook',
  'memoryOffset',
  'accumulatedSecondMoment',
  'accumulatedMeanSquares',
  'initialAccumulatorValue',
];

it('has a row in its README for each of its files, and none for another', () => {
  const readme = readFileSync(`${source}/internals/README.md`, 'utf8');
  const rows = [...readme.matchAll(/^\| `(\S+\.ts)` \|/gm)].map((row) => row[1]);
  expect(rows).toEqual(own.map(({ name }) => name).sort());
});

it('says of each of its files for which version of tfjs it was written', () => {
  expect(own.filter(({ text }) => !/Written for[^.]* 4\.22\.0/.test(text)).map(({ name }) => name)).toEqual(
    [],
  );
});

it('imports no other room', () => {
  expect(own.filter(({ text }) => text.includes(`from '../`)).map(({ name }) => name)).toEqual([]);
});

it.each(PRIVATE)('is the only room that takes hold of %s', (part) => {
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const names = ({ text }: { readonly text: string }) => new RegExp(`\\b${part}\\b`).test(code(text));
  expect(others.filter(names).map(({ name }) => name)).toEqual([]);
  expect(own.some(names)).toBe(true);
});
