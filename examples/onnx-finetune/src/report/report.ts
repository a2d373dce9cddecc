import { percent } from '@synaprune/examples-kit/format';
import { noticeText } from '@synaprune/examples-kit/notices';
import { escapeHtml, factsHtml, listHtml, sectionHtml } from '@synaprune/examples-kit/report/html';
import { pageHtml } from '@synaprune/examples-kit/report/page';
import { numberCell, tableHtml } from '@synaprune/examples-kit/report/table';
import { distanceText, fileSize } from '../format.js';
import { noticesOf, type Results, type Version } from '../results.js';
import { verdict } from '../verdict.js';
import { type ChartRequest, type Reference, sparsityFigure } from './chart.js';
import { PAGE_STYLE } from './page-style.js';

/** The report: one HTML page that loads nothing. */
export function renderReport(results: Results): string {
  const title = `A ${results.model.kind} from an .onnx file, pruned with and without training`;
  return pageHtml({
    title,
    style: PAGE_STYLE,
    eyebrow: `Synaprune · ${results.model.name} · ${results.created.slice(0, 10)}`,
    leadHtml: [
      `<p class="lead">${escapeHtml(verdict(results).join(' '))}</p>`,
      results.complete
        ? ''
        : '<p class="notice"><strong>The run was interrupted.</strong> This report shows what had finished.</p>',
    ].join('\n'),
    mainHtml: [
      sectionHtml('Result', resultTable(results) + charts(results)),
      noticesSection(results),
      sectionHtml('What each of them answers', readings(results)),
      sectionHtml('How it was measured', listHtml(howItWasMeasured(results))),
      sectionHtml('Model and lines', factsHtml(provenance(results))),
      sectionHtml('Run', factsHtml(runFacts(results))),
    ].join('\n'),
    footer: 'Made by the onnx-finetune example of Synaprune. This page is one file and loads nothing else.',
  });
}

/** What did not come to hold; nothing where everything did. */
function noticesSection(results: Results): string {
  const told = noticesOf(results);
  return told.length === 0 ? '' : sectionHtml('What did not come to hold', listHtml(told.map(noticeText)));
}

function resultTable({ versions, model }: Results): string {
  const head = [
    { text: 'arm' },
    ...['sparsity', 'as dense', model.words.distance, model.words.error, 'gzip -9', 'brotli', 'seconds'].map(
      (text) => numberCell(text),
    ),
  ];
  const rows = versions.map(({ arm, sparsity, scores, sizes, seconds }) => ({
    className: arm,
    cells: [
      { text: arm.replace('-', ' ') },
      numberCell(percent(sparsity)),
      numberCell(percent(scores.sameLines)),
      numberCell(distanceText(model.id, scores.distance)),
      numberCell(percent(scores.error)),
      numberCell(fileSize(sizes.gzipBytes)),
      numberCell(fileSize(sizes.brotliBytes)),
      numberCell(arm === 'dense' ? '–' : seconds.toFixed(1)),
    ],
  }));
  return tableHtml('Agreement, errors, sizes and time by sparsity and arm', head, rows);
}

function charts({ versions, model, inputs }: Results): string {
  const dense = versions.find(({ arm }) => arm === 'dense');
  const curves = (value: (version: Version) => number) =>
    (['one-shot', 'trained'] as const)
      .map((name) => ({
        name,
        points: versions
          .filter(({ arm }) => arm === name)
          .map((version) => [version.sparsity, value(version)] as const),
      }))
      .filter(({ points }) => points.length > 0);
  const chart = (
    axis: string,
    caption: string,
    value: (version: Version) => number,
    rest: Pick<ChartRequest, 'format' | 'max'>,
    chance: readonly Reference[] = [],
  ) => {
    const said = versions.map(
      (version) => `${version.arm} at ${percent(version.sparsity)}: ${rest.format(value(version))}`,
    );
    return sparsityFigure({
      label: `${axis}. ${said.join('; ')}.`,
      caption,
      axis,
      curves: curves(value),
      references: [
        ...(dense === undefined ? [] : [{ name: 'dense' as const, value: value(dense) }]),
        ...chance,
      ],
      ...rest,
    });
  };
  const unit =
    (dense?.sizes.gzipBytes ?? 0) < 1e6
      ? { name: 'kB, gzip -9', bytes: 1e3 }
      : { name: 'MB, gzip -9', bytes: 1e6 };
  return (
    chart(
      'lines answered as the dense model answers them',
      `Higher is better. Chance, ${percent(inputs.chance)}: its commonest answer, given to every line.`,
      ({ scores }) => scores.sameLines,
      {
        format: (value) => percent(value, 0),
        max: 1,
      },
      [{ name: 'chance', value: inputs.chance }],
    ) +
    chart(model.words.error, `Lower is better: ${model.words.errorMeans}.`, ({ scores }) => scores.error, {
      format: (value) => percent(value, 0),
    }) +
    chart(
      unit.name,
      'Both arms compress to nearly the same; they differ in what they can still do.',
      ({ sizes }) => sizes.gzipBytes,
      { format: (value) => (value / unit.bytes).toLocaleString('en-US', { maximumFractionDigits: 2 }) },
    )
  );
}

function readings({ versions, samples }: Results): string {
  const head = [
    { text: 'line' },
    ...versions.map(({ arm, target }) => ({
      text: arm === 'dense' ? 'dense' : `${arm.replace('-', ' ')} ${percent(target, 0)}`,
    })),
  ];
  const rows = samples.map(({ text, truth, png }, line) => ({
    cells: [
      {
        html: `<img alt="${escapeHtml(truth === text ? text : `${text}, ${truth}`)}" src="data:image/png;base64,${png}">`,
      },
      ...versions.map((version) => {
        const read = version.samples[line]!;
        return { text: read === '' ? '(nothing)' : read, ...(read === truth ? { className: 'same' } : {}) };
      }),
    ],
  }));
  return (
    '<p>The first measured lines as the models see them. What is right is grey.</p>' +
    tableHtml('What each version answers', head, rows, 'readings')
  );
}

function howItWasMeasured({ settings, inputs, model }: Results): string[] {
  const { plan, lines, batch } = settings;
  return [
    `${lines.heldOut} lines${inputs.turned ? ', half of them upside down,' : ''} are shown to every version, read from the bytes of its file. Their fonts and chapters differ from those of the ${lines.training} lines of training.`,
    `As dense: lines answered exactly as the dense model answers them, mistakes included. In the column “${model.words.distance}”: ${model.words.distanceMeans}. In the column “${model.words.error}”: ${model.words.errorMeans}.`,
    `Of ${model.prunable.toLocaleString('en-US')} weights of convolutions and products, so many are zero as the table says, counted in the file. Depthwise kernels (${percent(model.spared / (model.spared + model.prunable))} of the weights) are left alone in both arms. What both prune, and how, is the recipe below.`,
    'One shot: the lowest ranked weights become zero, nothing else changes.',
    `Trained: one run of ${plan.steps} steps of ${batch} lines for each sparsity, each stage going on from the one before. The targets are the dense model's own probabilities; the right answers are never used.`,
    'Zeros make no runtime faster, and the file is as long as before: it compresses better.',
    model.words.limits,
  ];
}

function provenance({ model, inputs }: Results): [string, string][] {
  return [
    ['Model', `${model.name}: ${model.provenance}`],
    ['Licence', model.licence],
    ['Lines', inputs.provenance],
    ['Licence', inputs.licence],
  ];
}

function runFacts({ machine, settings: { plan, lines, ...rest } }: Results): [string, string][] {
  const facts: Record<string, unknown> = {
    ...machine,
    recipe: plan.recipes.map((recipe) => JSON.stringify(recipe)),
    steps: plan.steps,
    'learning rate': plan.learningRate,
    'training lines': lines.training,
    'measured lines': lines.heldOut,
    ...rest,
  };
  return Object.entries(facts).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ]);
}
