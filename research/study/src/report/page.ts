import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { pageHtml } from '@synaprune/examples-kit/report/page';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { answerSentence, equivalenceSentence, linearSentence, persistenceSentence } from './answer-text.js';
import { criticalDifferenceDiagram } from './cd-diagram.js';
import { learningCurves } from './curves.js';
import { marginOf } from './effects.js';
import { effectsSection } from './effects-section.js';
import { forecastCharts } from './forecasts.js';
import { type Looks, looksFor } from './looks.js';
import { noticesSection } from './notices-section.js';
import { PAGE_STYLE } from './page-style.js';
import { persistenceTable } from './persistence-table.js';
import type { ProtocolComparison } from './protocol-comparison.js';
import { protocolSection } from './protocol-section.js';
import {
  armsSection,
  gapsSection,
  reproductionSection,
  seriesSection,
  tuningSection,
} from './provenance-section.js';
import { resultTables } from './result-tables.js';
import { sparsityScatters } from './scatter.js';
import { distinctScopes, scopeName } from './scope-names.js';
import { statisticsSection } from './statistics-section.js';
import { count, listText, marginText, rangeText, signedPercent } from './words.js';

const QUESTION = 'Should I replace my dropout by pruning?';

/** The report: one HTML page that loads nothing. */
export function renderPage(given: Study, analysis: Analysis, comparison: ProtocolComparison | null): string {
  const study = withShortNames(given);
  const looks = looksFor(study.arms.map((arm) => arm.name));
  const sections = sectionsOf(study, analysis, comparison, looks).filter(({ html }) => html !== '');
  const contents = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  return pageHtml({
    title: `${QUESTION} ${subject(study)}`,
    style: `${PAGE_STYLE}\n${looks.css}`,
    eyebrow: eyebrow(study),
    heading: QUESTION,
    leadHtml: `${answerHtml(study, analysis)}<nav aria-label="Sections"><ul>${contents.join('')}</ul></nav>`,
    mainHtml: sections
      .map(({ id, title, html }) => `<section id="${id}"><h2>${title}</h2>${html}</section>`)
      .join('\n'),
    footer: 'Made by the study of Synaprune. Errors are of the test part; lower is better everywhere.',
  });
}

/** Names out of files may be a page long, and messages a megabyte. */
function withShortNames(study: Study): Study {
  return {
    ...study,
    series: study.series.map((series) => ({
      ...series,
      name: nameText(series.name),
      target: nameText(series.target),
      unit: nameText(series.unit),
    })),
    impossible: study.impossible.map((place) => ({ ...place, reason: nameText(place.reason, 1000) })),
    remarks: study.remarks.map((place) => ({
      ...place,
      remarks: place.remarks.map((remark) => nameText(remark, 1000)),
    })),
    failed: study.failed.map((run) => ({ ...run, message: nameText(run.message, 1000) })),
  };
}

function sectionsOf(study: Study, analysis: Analysis, comparison: ProtocolComparison | null, looks: Looks) {
  const { persistence, answer } = analysis;
  const published = study.protocol === 'published';
  const tables = resultTables(study, analysis);
  const error = published ? 'MAE in standard deviations of the target' : 'MAE in the target’s unit';
  return [
    { id: 'ranks', title: 'Which arm ranks where', html: rankDiagrams(study, analysis, looks) },
    {
      id: 'tables',
      title: 'Errors by model and series',
      html:
        tables === ''
          ? `<p>No model has finished a run.</p>${persistence.length === 0 ? '' : persistenceTable(study, persistence)}`
          : `<p>${error}, mean over the seeds ± half of the 95 % interval. Bold: the lowest arm of a row. Underlined: the linear model or the last value where it is lower than every arm. linear is a ridge regression on the same windows, which has no seed.</p>${tables}`,
    },
    {
      id: 'forecasts',
      title: 'Forecasts and what happened',
      html: forecastCharts(study, answer.pruning, looks),
    },
    { id: 'sparsity', title: 'Error and sparsity', html: sparsityScatters(study, analysis, looks) },
    { id: 'curves', title: 'How they learn', html: learningCurves(study, looks) },
    { id: 'effects', title: 'How large the differences are', html: effectsSection(study, analysis, looks) },
    { id: 'tests', title: 'What the tests say', html: statisticsSection(study, analysis) },
    {
      id: 'protocols',
      title: 'Published and honest',
      html: protocolSection(study, analysis, comparison),
    },
    { id: 'tuning', title: 'What validation chose', html: tuningSection(study, analysis) },
    { id: 'arms', title: 'The arms', html: armsSection(study) },
    { id: 'series', title: 'The series', html: seriesSection(study) },
    { id: 'notices', title: 'What did not come to hold', html: noticesSection(study) },
    { id: 'missing', title: 'What is missing', html: gapsSection(study) },
    { id: 'again', title: 'Run it again', html: reproductionSection(study) },
  ];
}

function answerHtml(study: Study, { answer, scopes, observations }: Analysis): string {
  const texts = [
    answerSentence(answer, scopes[0]),
    equivalenceSentence(answer, scopes[0]),
    persistenceSentence(answer),
    linearSentence(answer),
  ].filter((text) => text !== '');
  const { effect, effectOverSeries, bootstrap } = answer;
  const notes: string[] = [];
  if (effect !== null) {
    notes.push(
      `Lower in ${effect.blocksLower} of ${count(effect.blocks, 'block')} and ${effect.pairsLower} of ${count(effect.pairs, 'pair')} of runs.`,
    );
  }
  if (bootstrap !== null) notes.push(`By bootstrap over blocks and runs: ${rangeText(bootstrap)}.`);
  if (effectOverSeries !== null) {
    const { relative, interval, blocks } = effectOverSeries;
    const margin = marginOf(effectOverSeries);
    notes.push(
      `With the ${blocks} series as the only blocks: ${signedPercent(relative)}${interval === null ? '' : ` (${rangeText(interval)})`}${margin === null ? '' : `, within ${marginText(margin)}`}.`,
    );
  }
  if (study.missing > 0) {
    notes.push(`${count(study.missing, 'run')} of the design ${study.missing === 1 ? 'is' : 'are'} missing.`);
  }
  notes.push(`${count(observations.length, 'scored run')}.`);
  return (
    `<div class="answer">${texts.map((text) => `<p>${escapeHtml(text)}</p>`).join('')}` +
    `<p class="small">${escapeHtml(notes.join(' '))}</p></div>`
  );
}

function rankDiagrams(study: Study, { scopes }: Analysis, looks: Looks): string {
  const distinct = distinctScopes(scopes);
  const models = distinct.filter(({ scope }) => scope.kind === 'model');
  const parts = distinct.filter(({ scope }) => scope.kind === 'model-series');
  return [
    ...distinct.slice(0, 1),
    ...(models.length > 0 ? models : scopes[0]?.scope.unit.includes('series') ? [] : parts),
  ]
    .map((statistics) => {
      const name = scopeName(study, statistics.scope);
      const picture = criticalDifferenceDiagram(statistics, name, looks);
      return picture === '' ? '' : `<h3>${escapeHtml(name)}</h3>${picture}`;
    })
    .join('');
}

function eyebrow({ protocol, date, models, series }: Study): string {
  return `${protocol} protocol · ${listText(models)} · ${count(series.length, 'series').replace('seriess', 'series')} · ${date.slice(0, 10)}`;
}

function subject({ models, series, protocol }: Study): string {
  return `${listText(models)} on ${listText(series.map(({ name }) => name))}, ${protocol} protocol`;
}
