import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../run.js';
import { keyOf } from '../store/key.js';
import { madeUpResult, madeUpSpec } from '../store/testing/made-up-run.js';
import { NAME, NEVER, openStage, type QueueStage, runsOf, until } from './testing/queue-stage.js';
import { noRedis } from './testing/redis-server.js';

let stage: QueueStage;

describe.skipIf(noRedis !== undefined)(
  `what others wrote into a queue${noRedis === undefined ? '' : `: ${noRedis}`}`,
  () => {
    /** The Redis as anybody who reaches it sees it. */
    let hand: Redis;
    const place = (id: string) => `bull:${NAME}:${id}`;
    beforeEach(async () => {
      stage = await openStage();
      hand = new Redis(stage.redis.url);
    });
    afterEach(async () => {
      hand.disconnect();
      await stage.close();
    });
    /** Leaves something as the result of a run that was carried out. */
    const leave = async (spec: RunSpec, fields: Readonly<Record<string, string>>) => {
      const id = keyOf(spec);
      const data = { name: 'run', data: '{}', opts: '{}', timestamp: '1', ...fields };
      await hand.hset(place(id), data);
      // As of now: workers clear away what has lain there for long.
      await hand.zadd(place('completed'), Date.now(), id);
    };

    it('fails the runs whose results are none, and goes on; after a restart, too', async () => {
      const seed = (at: number) => madeUpSpec({ seed: at });
      const lay = async () => {
        await leave(seed(1), { returnvalue: 'null' });
        await leave(seed(2), { returnvalue: '{' });
        await leave(seed(3), { returnvalue: '[]', data: '{', opts: 'null' });
        await leave(seed(4), { returnvalue: `"${'x'.repeat(9 * 2 ** 20)}"` });
        await leave(seed(5), { failedReason: 'a\u001b[2Jb' });
        await leave(seed(6), { failedReason: 'x'.repeat(200_000) });
        await leave(seed(7), {});
        await leave(seed(8), { returnvalue: JSON.stringify(madeUpResult(8)) });
        // Something that is no job at all, and an entry that nothing belongs to.
        await hand.set(place(keyOf(seed(9))), 'mine');
        await hand.zadd(place('completed'), Date.now(), keyOf(seed(9)), Date.now(), keyOf(seed(10)));
      };
      const specs = Array.from({ length: 10 }, (_, at) => seed(at + 1));
      await lay();
      stage.startWorker();
      for (const round of [1, 2]) {
        const listener = stage.storing();
        const executor = await stage.openExecutor();
        const missing = specs.filter((spec) => !stage.store.has(keyOf(spec)) || spec.seed === 1);
        await executor.run(runsOf(missing), listener, NEVER);
        await executor.close();
        const told = listener.messages.toSorted();
        if (round === 1) {
          expect(told).toEqual([
            '1: the queue holds no result that can be used: Invalid input: expected object, received null',
            expect.stringMatching(/^2: the queue holds no result that can be used: not JSON/),
            '3: the queue holds no result that can be used: Invalid input: expected object, received array',
            expect.stringMatching(/^4: .*its result has 9437186 bytes/),
            '5: a\\u001b[2Jb',
            expect.stringMatching(/^6: .*its message has 200000 bytes/),
            '7: the queue holds no result that can be used: it has none',
          ]);
          expect(stage.storedSeeds()).toEqual([8, 9, 10]);
          await leave(seed(1), { returnvalue: 'null' });
        } else {
          // What is still there fails again; the others are carried out now.
          expect(told).toEqual([expect.stringMatching(/^1: .*received null/)]);
          expect(stage.storedSeeds()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
        }
      }
    });

    it('is refused by workers, which go on', async () => {
      const worker = stage.startWorker();
      const queue = stage.openQueue();
      const bad = madeUpSpec({ seed: 77 });
      const hostile: [string, unknown][] = [
        ['null', null],
        ['prototype', { spec: { ...bad, protocol: 'toString' } }],
        ['of another', { spec: bad }],
      ];
      for (const [jobId, data] of hostile) {
        await queue.add('run', data, { jobId, attempts: 1000 });
      }
      // What no queue would write.
      for (const [jobId, data] of [
        ['half', '{'],
        ['nested', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
      ] as const) {
        await queue.add('run', {}, { jobId, delay: 500 });
        await hand.hset(place(jobId), 'data', data);
      }
      const listener = stage.storing();
      await (await stage.openExecutor()).run(runsOf([madeUpSpec({ seed: 20 })]), listener, NEVER);
      expect(stage.storedSeeds()).toEqual([20]);
      expect(listener.messages).toEqual([]);
      await until(() => (worker.said().match(/refused a job/g)?.length ?? 0) >= 4);
      for (const [jobId] of hostile) {
        const reason = await hand.hget(place(jobId), 'failedReason');
        expect(reason).toMatch(/^a worker refused the job, which is no run of a study: /);
      }
      expect(worker.process.exitCode).toBeNull();
      expect(stage.begun()).toEqual([]);
      await queue.close();
    });
  },
);
