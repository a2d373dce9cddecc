import { readRecipe } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { ModelName } from '../run.js';
import { ARMS, defaultArms, stoppingOf } from './arms.js';

const MODELS: readonly ModelName[] = ['rnn', 'lstm', 'gru', 'patch', 'patchtst'];
const trained = ARMS.filter(({ name }) => name !== 'persistence');
const named = (name: string) => ARMS.find((arm) => arm.name === name)!;
const only = (name: string, model: ModelName) => named(name).candidates('published', model)[0]!.training;

describe('arms', () => {
  it('have names of their own, in the order of the tables', () => {
    expect(ARMS.map(({ name }) => name)).toEqual([
      'none',
      'dropout',
      'mc-dropout-1',
      'mc-dropout',
      'pruning-published',
      'pruning-and-dropout',
      'pruning',
      'coupled-dropout',
      'activity',
      'zhu-gupta',
      'zero-to-target',
      'one-shot',
      'random',
      'l2',
      'narrow',
      'persistence',
    ]);
  });

  it.each(MODELS)('all have the same budget under the honest protocol: three candidates, for %s', (model) => {
    for (const arm of trained) {
      const candidates = arm.candidates('honest', model);
      expect([arm.name, candidates.length]).toEqual([arm.name, 3]);
      expect(new Set(candidates.map(({ label }) => label)).size).toBe(3);
      expect(new Set(candidates.map(({ training }) => JSON.stringify(training))).size).toBe(3);
    }
  });

  it.each(MODELS)('have one setting and no tuning under the published protocol, for %s', (model) => {
    expect(trained.map((arm) => arm.candidates('published', model).length)).toEqual(trained.map(() => 1));
  });

  it('train nothing for the last value', () => {
    expect(named('persistence').candidates('honest', 'lstm')).toEqual([]);
  });

  it('train once for the three ways to score dropout, under the honest protocol', () => {
    const [once, ...others] = ['dropout', 'mc-dropout-1', 'mc-dropout'].map((name) =>
      named(name)
        .candidates('honest', 'lstm')
        .map(({ training }) => training),
    );
    for (const other of others) expect(other).toEqual(once);
    expect(named('dropout').evaluation).toBe('off');
    expect(named('mc-dropout-1').evaluation).toBe('onePass');
    expect(named('mc-dropout').evaluation).toBe('twentyPasses');
  });

  it('leave dropout on for the published Monte-Carlo arm’s validation, and for no other', () => {
    expect(trained.filter(({ name }) => only(name, 'lstm').noisyValidation).map(({ name }) => name)).toEqual([
      'mc-dropout-1',
      'mc-dropout',
    ]);
  });

  it.each([
    ['rnn', 0.1, 0.5, 2],
    ['lstm', 0.3, 0.7, 2],
    ['patch', 0.01, 0.5, 5],
  ] as const)(
    'prune %s from %d to %d from epoch %d on, as published, without dropout',
    (model, from, to, start) => {
      expect(only('pruning-published', model)).toEqual({
        learningRate: 1e-3,
        dropout: 0,
        weightDecay: 0,
        narrowed: 0,
        noisyValidation: false,
        pruning: {
          recipe: { schedule: { kind: 'synapticRamp', from, to, start, end: 20 }, rule: 'published' },
          everyBatches: 5,
        },
      });
      expect(only('pruning-and-dropout', model)).toEqual({
        ...only('pruning-published', model),
        dropout: 0.3,
      });
    },
  );

  it('all of the controls reach the same final sparsities as pruning does', () => {
    const ends = (name: string) =>
      named(name)
        .candidates('honest', 'gru')
        .map(({ training }) =>
          training.pruning === null ? training.narrowed : readRecipe(training.pruning.recipe).schedule.to,
        );
    for (const name of [
      'pruning',
      'coupled-dropout',
      'activity',
      'zhu-gupta',
      'zero-to-target',
      'one-shot',
      'random',
      'narrow',
    ]) {
      expect([name, ends(name)]).toEqual([name, [0.5, 0.7, 0.9]]);
    }
  });

  it('compare the published four and the last value by default under the published protocol', () => {
    expect(defaultArms('published')).toEqual([
      'none',
      'dropout',
      'mc-dropout-1',
      'pruning-published',
      'persistence',
    ]);
    expect(defaultArms('honest')).not.toContain('pruning-and-dropout');
    expect(defaultArms('honest')).toHaveLength(ARMS.length - 1);
  });
});

describe('stopping', () => {
  it.each(MODELS)('lets every ramp end before an honest run of %s may', (model) => {
    for (const arm of trained) {
      for (const { training } of arm.candidates('honest', model)) {
        const stopping = stoppingOf('honest', model, training);
        if (stopping.scored === 'last') continue;
        const { end = 0 } = training.pruning === null ? {} : readRecipe(training.pruning.recipe).schedule;
        expect(stopping.leastEpochs).toBeGreaterThanOrEqual(end);
        expect(stopping.epochs).toBeGreaterThan(stopping.leastEpochs + stopping.patience);
      }
    }
  });

  it('is the published one wherever the published rule prunes', () => {
    const published = {
      epochs: 20,
      batchSize: 64,
      patience: 3,
      against: 'previous',
      leastEpochs: 0,
      scored: 'last',
    };
    expect(stoppingOf('honest', 'lstm', only('pruning-published', 'lstm'))).toEqual(published);
    expect(stoppingOf('published', 'lstm', only('none', 'lstm'))).toEqual(published);
    expect(stoppingOf('honest', 'lstm', only('none', 'lstm')).scored).toBe('best');
  });
});
