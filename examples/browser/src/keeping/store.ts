import { isRecord } from '@synaprune/core/checks';
import { clear, createStore, get, getMany, setMany } from 'idb-keyval';
import type { Moment } from '../moments/moment';
import { isRunRecord, RECORD_VERSION, type RunRecord } from './record';

const KEY = 'run';

/** Where the last run is kept. Every failure is an Error whose message can be shown. */
export interface RunStore {
  /** The run that was kept; `'other version'` when there is one that this page cannot go on with. */
  read(): Promise<RunRecord | 'other version' | null>;
  /** Keeps a run in place of what was kept. All of it or, when it fails, nothing. */
  write(record: RunRecord): Promise<void>;
  clear(): Promise<void>;
}

/** The browser's own database; nothing leaves the machine. Moments are written once each, beside the run. */
export function openRunStore(): RunStore {
  const store = createStore('synaprune-browser-example', 'runs');
  const keyOf = (index: number) => `moment ${index}`;
  let written: readonly Moment[] = [];
  return {
    async read() {
      const value: unknown = await get(KEY, store);
      if (!isRecord(value)) return null;
      if (value.version !== RECORD_VERSION) return 'other version';
      const count = Array.isArray(value.moments) ? value.moments.length : 0;
      const packed = await getMany<unknown>(
        Array.from({ length: count }, (_, i) => keyOf(i)),
        store,
      );
      const moments = packed.map((bytes, i) => ({ ...(value.moments as object[])[i], packed: bytes }));
      const record: unknown = { ...value, moments };
      if (!isRunRecord(record)) return null;
      written = record.moments;
      return record;
    },
    async write(record) {
      const fresh = record.moments.flatMap((moment, i) =>
        written[i] === moment ? [] : [[keyOf(i), moment.packed] as [IDBValidKey, unknown]],
      );
      const moments = record.moments.map(({ packed: _, ...rest }) => rest);
      // One transaction.
      await setMany([[KEY, { ...record, moments }], ...fresh], store);
      written = record.moments;
    },
    async clear() {
      written = [];
      await clear(store);
    },
  };
}

/**
 * True in one tab at a time, for as long as that tab is open: two tabs must not overwrite each other's run. A
 * tab being reloaded gives it up a moment later, hence the wait.
 */
export async function claimStore(waitMilliseconds = 3000): Promise<boolean> {
  if (!('locks' in navigator)) return true;
  // Asked for without a limit first: a busy machine may take long to grant what nobody holds.
  return (await claim({ ifAvailable: true })) || claim({ signal: AbortSignal.timeout(waitMilliseconds) });
}

function claim(options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request('synaprune-browser-example', options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}
