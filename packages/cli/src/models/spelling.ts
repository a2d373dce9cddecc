import { encodeTfjs, type TfjsArtifacts, type TfjsFileArtifacts } from '@synaprune/tfjs-files';

/**
 * Artifacts with the text of their `model.json`, where it is not as JavaScript writes it: other programs put spaces
 * elsewhere, escape letters and write numbers as `1e-05`. Who loads them is not concerned.
 */
export interface SpelledArtifacts extends TfjsFileArtifacts {
  readonly modelJson?: string;
}

/** Artifacts from which `model.json` can be written as it was. */
export function withSpelling(artifacts: TfjsFileArtifacts, text: string): SpelledArtifacts {
  return encodeTfjs(artifacts).modelJson === text ? artifacts : { ...artifacts, modelJson: text };
}

/** Artifacts alone, and the text of their `model.json` where it was kept. */
export function takeSpelling(given: TfjsArtifacts): {
  readonly artifacts: TfjsArtifacts;
  readonly text: string | undefined;
} {
  const { modelJson, ...artifacts } = given as SpelledArtifacts;
  return { artifacts, text: typeof modelJson === 'string' ? modelJson : undefined };
}
