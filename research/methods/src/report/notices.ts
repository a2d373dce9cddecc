import { listHtml } from '@synaprune/examples-kit/report/html';
import { listText } from 'synaprune-study/report/words';
import { ARMS } from '../arms/arms.js';
import type { TaskAnalysis } from './analysis.js';
import { zerosText } from './words.js';

/** What did not come to hold while models trained: a sentence a notice and task, with the methods that it came with. */
export function noticesHtml(tasks: readonly TaskAnalysis[]): string {
  const sentences = tasks.flatMap(({ planned, runs }) => {
    const found = new Map<string, { readonly message: string; readonly places: Map<string, Set<number>> }>();
    for (const { spec, result } of runs) {
      for (const { code, message } of result.notices) {
        const { places } = found.get(code) ?? found.set(code, { message, places: new Map() }).get(code)!;
        places.set(spec.method, (places.get(spec.method) ?? new Set()).add(spec.sparsity));
      }
    }
    return [...found].map(([code, { message, places }]) => {
      const where = [...places].map(([method, sparsities]) => {
        const { title } = ARMS.find(({ name }) => name === method)!;
        return `${title} at ${listText([...sparsities].sort((a, b) => a - b).map(zerosText))}`;
      });
      return `${planned.task}, ${code}: ${where.join('; ')}. The first of them: ${message}.`;
    });
  });
  return sentences.length === 0 ? '' : listHtml(sentences);
}
