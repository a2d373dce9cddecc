import { InvalidArgumentError } from '@synaprune/examples-kit/terminal/command';
import { describe, expect, it } from 'vitest';
import { readDataList } from './data-list.js';
import { countUp, dataLists, lengths, names, redisUrl } from './option-values.js';

describe('a list of series', () => {
  const files = new Set(['/a.csv', '/odd,name.csv', '/x:y.csv', '/b:close']);
  const read = (text: string) => readDataList(text, (path) => files.has(path));

  it.each([
    ['births', [{ source: 'births' }]],
    ['births,sp500', [{ source: 'births' }, { source: 'sp500' }]],
    [
      'sp500:close, /a.csv:CO(GT)',
      [
        { source: 'sp500', target: 'close' },
        { source: '/a.csv', target: 'CO(GT)' },
      ],
    ],
    ['/a.csv', [{ source: '/a.csv' }]],
    ['/a.csv:', [{ source: '/a.csv' }]],
    ['/odd,name.csv:value', [{ source: '/odd,name.csv', target: 'value' }]],
    ['/odd,name.csv', [{ source: '/odd,name.csv' }]],
    ['/x:y.csv:value', [{ source: '/x:y.csv', target: 'value' }]],
    ['/b:close', [{ source: '/b:close' }]],
  ])('is read from %s', (text, requests) => {
    expect(read(text)).toEqual(requests);
  });

  it('may be given in parts, and holds each once', () => {
    expect(dataLists('sp500,births', dataLists('births'))).toEqual([
      { source: 'births' },
      { source: 'sp500' },
    ]);
    expect(() => dataLists('births,,sp500')).toThrow(/got an empty one/);
    expect(() => dataLists(':close')).toThrow(/got an empty one/);
  });
});

it('reads names, each once, and lists what there is where one is unknown', () => {
  const read = names('model', ['rnn', 'lstm']);
  expect(read('lstm, rnn,lstm')).toEqual(['lstm', 'rnn']);
  expect(() => read('lstm,lstn,gpt')).toThrow('Needed models among rnn, lstm; got lstn, gpt.');
  expect(() => read(' , ')).toThrow(InvalidArgumentError);
});

it('reads lengths, each once, the shortest first', () => {
  expect(lengths('7,1,7,30')).toEqual([1, 7, 30]);
  expect(() => lengths('7,x')).toThrow(InvalidArgumentError);
  expect(() => lengths('')).toThrow(/got none/);
});

it('counts seeds up', () => {
  expect(countUp(42, 10)).toEqual([42, 43, 44, 45, 46, 47, 48, 49, 50, 51]);
});

it('reads addresses of a Redis, and no others', () => {
  expect(redisUrl('redis://localhost:6379')).toBe('redis://localhost:6379');
  expect(redisUrl('rediss://me:secret@host/2')).toBe('rediss://me:secret@host/2');
  for (const text of ['localhost:6379', 'http://localhost', '', 'redis']) {
    expect(() => redisUrl(text), text).toThrow(/redis:\/\/HOST:PORT/);
  }
});
