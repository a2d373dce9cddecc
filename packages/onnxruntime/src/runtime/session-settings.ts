import { describe, isRecord } from '@synaprune/core/checks';
import type { InferenceSession } from 'onnxruntime-common';
import { defaultProviders, type ExecutionProviders, type OnnxRuntime } from './runtime.js';

/** What callers say of the sessions that are loaded for them. */
interface SessionSettings {
  readonly executionProviders?: ExecutionProviders | undefined;
  readonly sessionOptions?: InferenceSession.SessionOptions | undefined;
}

/** What sessions are loaded with, warnings of the runtime left out unless asked for. */
export function sessionOptionsOf(
  ort: OnnxRuntime,
  { executionProviders = defaultProviders(ort), sessionOptions }: SessionSettings,
): InferenceSession.SessionOptions {
  return { logSeverityLevel: 3, ...sessionOptions, executionProviders };
}

/** What is handed to the runtime for callers, and where it is taken from. */
const settled: Readonly<Record<string, (caller: string) => string>> = {
  executionProviders: (caller) => `${caller} takes executionProviders beside sessionOptions, not inside`,
  externalData: (caller) =>
    `${caller} takes externalData beside sessionOptions, not inside: externalData: { "model.onnx.data": bytes }, ` +
    'by the names that the model has for its files',
  preferredOutputLocation: (caller) =>
    `${caller} settles preferredOutputLocation itself; leave it out of sessionOptions`,
};

/**
 * Which session options there are is the runtime's to say.
 *
 * @throws TypeError when providers are no list of them, or options are none or hold what is not theirs
 */
export function checkSessionSettings(
  caller: string,
  { executionProviders, sessionOptions }: Readonly<Partial<Record<keyof SessionSettings, unknown>>>,
): void {
  if (executionProviders !== undefined) checkProviders(caller, executionProviders);
  if (sessionOptions === undefined) return;
  if (!isRecord(sessionOptions)) {
    throw new TypeError(`${caller} needs sessionOptions to be an object, got ${describe(sessionOptions)}`);
  }
  const name = Object.keys(settled).find((one) => sessionOptions[one] !== undefined);
  if (name !== undefined) throw new TypeError(settled[name]!(caller));
}

function checkProviders(caller: string, providers: unknown): void {
  const list: readonly unknown[] | undefined = Array.isArray(providers) ? providers : undefined;
  const wrong = list?.find(
    (one) => typeof one !== 'string' && !(isRecord(one) && typeof one.name === 'string'),
  );
  if (list === undefined || list.length === 0 || wrong !== undefined) {
    throw new TypeError(
      `${caller} needs executionProviders to be a list of names such as ["wasm"], or of objects with a name; ` +
        `got ${list === undefined || list.length === 0 ? describe(providers) : describe(wrong)}`,
    );
  }
}

/** @throws TypeError unless it is the bytes of a file */
export function requireModelBytes(caller: string, model: unknown): void {
  if (model instanceof Uint8Array) return;
  const read = typeof model === 'string' ? '; read the file first: model: await readFile(path)' : '';
  throw new TypeError(
    `${caller} needs model to be the bytes of an .onnx file, a Uint8Array, got ${describe(model)}${read}`,
  );
}
