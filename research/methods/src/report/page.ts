import { escapeHtml, factsHtml } from '@synaprune/examples-kit/report/html';
import { pageHtml } from '@synaprune/examples-kit/report/page';
import { type Row, tableHtml } from '@synaprune/examples-kit/report/table';
import { PAGE_STYLE } from 'synaprune-study/report/page-style';
import { count } from 'synaprune-study/report/words';
import { ARMS } from '../arms/arms.js';
import type { Plan } from '../plan.js';
import { taskOf } from '../task.js';
import type { TaskAnalysis } from './analysis.js';
import { answerTexts } from './answer-text.js';
import { dotsOf } from './dots.js';
import type { Facts } from './facts.js';
import { noticesHtml } from './notices.js';
import { claimsTable, differenceTable, scoreTable, secondsTable } from './tables.js';
import { zerosText } from './words.js';

const QUESTION = 'What is each method of pruning worth?';

/** The report: one HTML page that loads nothing. */
export function renderPage(plan: Plan, tasks: readonly TaskAnalysis[], facts: Facts): string {
  const there = tasks.filter(({ runs }) => runs.length > 0);
  const sections = [
    ...there.flatMap((analysis) => sectionsOf(analysis, plan)),
    ...endOf(tasks, facts),
  ].filter(({ html }) => html !== '');
  const contents = sections.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`);
  const answers = tasks.flatMap(answerTexts).map((text) => `<p>${escapeHtml(text)}</p>`);
  const missing = tasks.reduce((sum, task) => sum + task.missing, 0);
  const gaps = missing === 0 ? '' : `<p class="small">${count(missing, 'run')} of the plan missing.</p>`;
  return pageHtml({
    title: QUESTION,
    style: `${PAGE_STYLE}\n${STYLE}`,
    eyebrow: `${plan.quick ? 'quick look · ' : ''}${count(plan.seeds.length, 'seed')} · ${facts.date.slice(0, 10)}`,
    heading: QUESTION,
    leadHtml: `<div class="answer">${answers.join('')}${gaps}</div><nav aria-label="Sections"><ul>${contents.join('')}</ul></nav>`,
    mainHtml: sections
      .map(({ id, title, html }) => `<section id="${id}"><h2>${escapeHtml(title)}</h2>${html}</section>`)
      .join('\n'),
    footer: 'Made by the comparison of methods of Synaprune.',
  });
}

const OPTIMIZER_TITLE = { momentum: 'Gradient descent with momentum 0.9', adam: 'Adam' } as const;

const STYLE = '.claims th:first-child { min-width: 9rem; }';

function sectionsOf(analysis: TaskAnalysis, { seeds }: Plan) {
  const { task, planned, levels } = analysis;
  const { heading, about, measure, gainUnit } = taskOf(task);
  const { steps, batchSize, optimizer, learningRate } = planned.training;
  const how = `${about} Every arm takes ${steps.toLocaleString('en-US')} steps of ${batchSize} in all, whatever it does in them; with one seed all have the same initial weights and the same batches. ${OPTIMIZER_TITLE[optimizer]}, rate ${learningRate}, falling to zero over the last fifth. What is held out is looked at once, when a training has ended; nothing was tuned on it or on anything else.`;
  const dots = levels.map((level) => `<h3>${zerosText(level.sparsity)} zeros</h3>${dotsOf(analysis, level)}`);
  return [
    {
      id: task,
      title: heading,
      html: `<p>${escapeHtml(how)}</p>${dots.join('')}${scoreTable(analysis)}<p>${escapeHtml(`${measure}, mean over ${count(seeds.length, 'seed')} ± half of the 95 % interval (Student’s t). Bold: the best of a column.`)}</p>`,
    },
    {
      id: `${task}-differences`,
      title: `${heading}: differences`,
      html: `<p>${escapeHtml(`To the best simple method of each column, seed by seed, in ${gainUnit}; ± half of the 95 % interval, and p of the paired t test, adjusted by Holm over the column. Bold: p below .05. The best simple method was picked by these very runs, so it looks a little better than it is.`)}</p>${differenceTable(analysis)}`,
    },
    {
      id: `${task}-claims`,
      title: `${heading}: what others report`,
      html: `<p>${escapeHtml('The shape that the literature reports, as differences that would show it. Adjusted by Holm over each row; a difference that is not told apart neither confirms nor contradicts.')}</p>${claimsTable(analysis)}`,
    },
    {
      id: `${task}-time`,
      title: `${heading}: time`,
      html: `<p>Of one training on one core, others running beside it. Nothing gets faster by zeros in dense matrices; the narrow model does.</p>${secondsTable(analysis)}`,
    },
  ];
}

function endOf(tasks: readonly TaskAnalysis[], { machine, versions, command, date }: Facts) {
  const used = new Set(tasks.flatMap(({ planned }) => planned.arms));
  const arms = ARMS.filter(({ name }) => used.has(name)).map(
    ({ name, title, explanation }): Row => ({
      cells: [{ text: title, ...(name === title ? {} : { note: name }) }, { text: explanation }],
    }),
  );
  const facts = [
    ['Command', command],
    ['Machine', `${machine.cpu}, ${count(machine.cores, 'core')}, ${machine.platform}`],
    [
      'Versions',
      Object.entries(versions)
        .map((pair) => pair.join(' '))
        .join(', '),
    ],
    ['Date', date],
  ] as const;
  return [
    {
      id: 'arms',
      title: 'The methods',
      html: tableHtml(
        'What each does, and its name in methods.json',
        [{ text: 'method' }, { text: 'what it does' }],
        arms,
        'prose',
      ),
    },
    { id: 'notices', title: 'What did not come to hold', html: noticesHtml(tasks) },
    { id: 'again', title: 'Run it again', html: factsHtml(facts) },
  ];
}
