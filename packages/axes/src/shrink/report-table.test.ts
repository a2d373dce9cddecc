import { expect, it } from 'vitest';
import { reportTable } from '../index.js';

it('is lines of columns, with what holds the rest', () => {
  const table = reportTable({
    parameters: { before: 1200, after: 600 },
    multiplyAdds: { before: 0, after: 0 },
    bytes: { before: 5000, after: 2600 },
    groups: [
      {
        name: 'conv1.weight[0]',
        kind: 'channels',
        channels: 3,
        kept: [0, 2],
        importance: [1.23456, 0.5, 2],
        members: [
          { tensor: 'conv1.weight', axis: 0, side: 'makes' },
          { tensor: 'conv2.weight', axis: 1, side: 'reads' },
        ],
      },
    ],
    held: [{ name: 'fc[0]', channels: 10, heldBy: 'the output "y", axis 1: it is given out' }],
    tensors: [],
    notices: [{ code: 'some', message: 'of this' }],
  });
  expect(table.split('\n')).toEqual([
    '               before  after',
    'parameters      1,200    600  0.50 ×',
    'multiply-adds       0      0',
    'bytes           5,000  2,600  0.52 ×',
    '',
    'group            kind        stay  importance  of those removed  tensors',
    'conv1.weight[0]  channels  2 of 3   1.23 to 2               0.5        2',
    '',
    'stays  channels  held by',
    'fc[0]        10  the output "y", axis 1: it is given out',
    '',
    'some: of this',
  ]);
});

it('writes out what holds channels, to the end that says what would do', () => {
  const none = { before: 1, after: 1 };
  const heldBy = `node "a" (Softmax) in ${'then_branch of node "If_1" (If) in '.repeat(6)}graph, axis 1: across allows it`;
  const table = reportTable({
    ...{ parameters: none, multiplyAdds: none, bytes: none, groups: [], tensors: [], notices: [] },
    held: [{ name: 'fc[0]', channels: 10, heldBy }],
  });
  expect(table.split('\n').at(-1)).toBe(`fc[0]        10  ${heldBy}`);
});

it('says what it needs of what is no report', () => {
  const call = (given: unknown) => () => reportTable(given as Parameters<typeof reportTable>[0]);
  expect(call({ model: new Uint8Array(1), report: {} })).toThrow(
    new TypeError(
      'reportTable needs the report of a model that was shrunken, got an object that holds one: pass its report',
    ),
  );
  expect(call(undefined)).toThrow('got undefined');
});
