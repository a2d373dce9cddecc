import { expect, it } from 'vitest';
import { syntheticStudy } from '../testing/synthetic-study.js';
import { forecastCharts } from './forecasts.js';
import { looksFor } from './looks.js';

const study = syntheticStudy({ arms: ['none', 'dropout', 'pruning', 'persistence'] });
const looks = looksFor(study.arms.map(({ name }) => name));

it('shows a picture for every series, with what happened and the linear model beside the arms', () => {
  const html = forecastCharts(study, 'pruning', looks);
  expect(html.match(/<figure>/g)).toHaveLength(2);
  expect(html).toContain('The series births: ');
  for (const name of ['what happened', 'dropout', 'pruning', 'linear model', 'last value']) {
    expect(html).toContain(`</svg>${name}</li>`);
  }
});

it('shows nothing of runs that kept no forecasts, nor of a plan without a linear model', () => {
  const older = {
    ...study,
    runs: new Map(
      [...study.runs].map(([key, run]) => [key, { ...run, result: { ...run.result, forecasts: undefined } }]),
    ),
  };
  expect(forecastCharts(older, 'pruning', looks)).toBe('');
  expect(forecastCharts({ ...study, linear: [] }, 'pruning', looks)).toBe('');
});
