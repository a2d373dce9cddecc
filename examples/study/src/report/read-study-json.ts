import { readFileSync } from 'node:fs';
import { badData } from 'forecast-example/data/bad-data';
import { z } from 'zod';
import { FORMAT, type StudyJson, studyJsonSchema, VERSION } from '../study-json.js';

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
      `${path} is not a study.json of version ${VERSION}: needs format ${FORMAT}, got ${String(format)} version ${String(version)}`,
    );
  }
  const result = studyJsonSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw badData(`${path} has not the shape of a study.json: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return result.data;
}

function parsed(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw badData(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badData(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
