import { countFlags, type DeviceRanking, drop, type Model, rankKept, type ScoreKind } from './model.js';

/**
 * Brings models to a target by rule `published`: of the weights with anything left, what is strictly below the
 * request-th lowest goes; nothing does when the request is 0 or takes in all that is left.
 */
export function prunePublished(
  models: readonly Model[],
  target: number,
  { score, ranking }: { score: ScoreKind; ranking: DeviceRanking },
): void {
  const elements = models.reduce((sum, { kept }) => sum + (countFlags(kept) > 0 ? kept.length : 0), 0);
  const ranked = rankKept(models, score, ranking);
  const request = Math.trunc(target * elements) - (elements - ranked.length);
  const mark = request >= ranked.length ? undefined : ranked[request - 1]?.magnitude;
  drop(
    models,
    ranked.filter((place) => mark !== undefined && place.magnitude < mark),
  );
}
