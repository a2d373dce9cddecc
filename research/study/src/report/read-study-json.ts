import { describe } from '@synaprune/core/checks';
import { badData } from '@synaprune/examples-kit/bad-data';
import { readPlainFile } from '@synaprune/examples-kit/files/read-plain-file';
import { z } from 'zod';
import { checkShape } from '../check-shape.js';
import { FORMAT, type StudyJson, studyJsonSchema, VERSION } from '../study-json.js';

/** Bytes of a study.json. */
const LARGEST = 256 * 2 ** 20;

/**
 * Reads a study.json.
 *
 * @throws PruneError `bad-data` when it is not there, is no JSON, is of another version, or has not its shape
 */
export function readStudyJson(path: string): StudyJson {
  const value = parsed(path);
  const { format, version } = z
    .object({ format: z.unknown(), version: z.unknown() })
    .catch({ format: null, version: null })
    .parse(value);
  if (format !== FORMAT || version !== VERSION) {
    throw badData(
      `${path} is not a study.json of version ${VERSION}: needs format ${FORMAT}, got ${describe(format)} version ${describe(version)}`,
    );
  }
  const checked = checkShape(studyJsonSchema, value);
  if (checked.kind === 'bad') {
    throw badData(`${path} has not the shape of a study.json: ${checked.problem}`);
  }
  return checked.value;
}

function parsed(path: string): unknown {
  const file = readPlainFile(path, { most: LARGEST });
  if (file.kind === 'refused') throw badData(`${path} cannot be read: ${file.reason}`);
  try {
    return JSON.parse(file.bytes.toString('utf8'));
  } catch (error) {
    throw badData(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
