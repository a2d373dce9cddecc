import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { createQueueExecutor } from './queue-executor.js';
import { held, IMPATIENT, NEVER, openStage, type QueueStage, runsOf, until } from './testing/queue-stage.js';
import { noRedis } from './testing/redis-server.js';

let stage: QueueStage;

describe.skipIf(noRedis !== undefined)(
  `runs on a queue${noRedis === undefined ? '' : `: ${noRedis}`}`,
  () => {
    beforeEach(async () => {
      stage = await openStage();
    });
    afterEach(() => stage.close());

    it('are done by workers, each once, and told of with what failed', async () => {
      const worker = stage.startWorker();
      stage.startWorker();
      const listener = stage.storing();
      const specs = Array.from({ length: 30 }, (_, i) => madeUpSpec({ seed: 20 + i }));
      const executor = await stage.openExecutor();
      await executor.run(runsOf([...specs, madeUpSpec({ model: 'rnn', seed: 1 })]), listener, NEVER);
      expect(stage.storedSeeds()).toEqual(specs.map(({ seed }) => seed));
      expect(listener.messages).toEqual(['1: seed 1 diverged']);
      expect(worker.said()).toMatch(/^lstm \d+ done$/m);
      // What failed is tried again when it is asked for again, and what was stored is gone from the queue.
      await executor.run(runsOf([madeUpSpec({ model: 'rnn', seed: 1 })]), listener, NEVER);
      expect(listener.messages).toEqual(['1: seed 1 diverged', '1: seed 1 diverged']);
    });

    it('survive a worker killed in mid-run: nothing is lost, nothing stored twice', async () => {
      const victim = stage.startWorker();
      const listener = stage.storing();
      const executor = await stage.openExecutor();
      const specs = [held(1), held(2), held(3)];
      const run = executor.run(runsOf(specs), listener, NEVER);
      await until(() => stage.begun().length === 1);
      victim.process.kill('SIGKILL');
      await victim.ended;
      stage.letEnd(1, 2, 3);
      stage.startWorker();
      stage.startWorker();
      await run;
      expect(stage.storedSeeds()).toEqual([1, 2, 3]);
      expect(listener.messages).toEqual([]);
      // The killed worker's run was begun twice.
      expect(stage.begun()).toHaveLength(4);
    });

    it('go back to the queue at once when their worker is stopped', async () => {
      const first = stage.startWorker();
      const listener = stage.storing();
      const run = (await stage.openExecutor()).run(runsOf([held(1), held(2)]), listener, NEVER);
      await until(() => stage.begun().length === 1);
      first.process.kill('SIGINT');
      expect(await first.ended).toBe(0);
      stage.letEnd(1, 2);
      stage.startWorker();
      await run;
      expect(stage.storedSeeds()).toEqual([1, 2]);
      expect(listener.messages).toEqual([]);
    });

    it('are collected by the next study when the one that asked was killed', async () => {
      const first = await stage.openExecutor();
      const listener = stage.storing();
      const deaf = new AbortController();
      const abandoned = first.run(runsOf([held(1), held(2)]), listener, deaf.signal);
      abandoned.catch(() => {});
      await stage.untilWaiting(2);
      // As if killed: its connection is gone, and nobody cleans up.
      await first.close();
      stage.letEnd(1, 2);
      const worker = stage.startWorker();
      await until(() => worker.said().match(/done/g)?.length === 2);
      worker.process.kill('SIGKILL');
      await worker.ended;
      expect(stage.storedSeeds()).toEqual([]);
      await (await stage.openExecutor()).run(runsOf([held(1), held(2)]), listener, NEVER);
      expect(stage.storedSeeds()).toEqual([1, 2]);
      expect(stage.begun()).toHaveLength(2);
    });

    it('that no worker has begun are withdrawn after Ctrl-C', async () => {
      const controller = new AbortController();
      const run = (await stage.openExecutor()).run(
        runsOf([held(1), held(2)]),
        stage.storing(),
        controller.signal,
      );
      await stage.untilWaiting(2);
      controller.abort();
      await run;
      await stage.untilWaiting(0);
      // A worker that ends what is asked for later has begun none of them.
      stage.startWorker();
      await (await stage.openExecutor()).run(runsOf([madeUpSpec({ seed: 20 })]), stage.storing(), NEVER);
      expect(stage.storedSeeds()).toEqual([20]);
      expect(stage.begun()).toEqual([]);
    });

    it('are handed out again by a Redis that forgot them', async () => {
      stage.startWorker();
      const listener = stage.storing();
      const run = (await stage.openExecutor()).run(runsOf([held(1), held(2), held(3)]), listener, NEVER);
      await until(() => stage.begun().length === 1);
      await stage.redis.stop();
      await until(() => stage.said.some((line) => line.includes('went away')));
      await stage.redis.start();
      stage.letEnd(1, 2, 3);
      await run;
      expect(stage.storedSeeds()).toEqual([1, 2, 3]);
      expect(listener.messages).toEqual([]);
      expect(stage.said.join('\n')).toMatch(/went away; trying to reach it for 600 s[\s\S]*is back/);
    });

    it('end with a clear error when the Redis stays away; what has finished is kept', async () => {
      const worker = stage.startWorker(IMPATIENT);
      const listener = stage.storing();
      stage.letEnd(1);
      const run = (await stage.openExecutor(IMPATIENT)).run(runsOf([held(1), held(2)]), listener, NEVER);
      await Promise.all([
        expect(run).rejects.toMatchObject({
          code: 'queue-failed',
          message: expect.stringMatching(
            /^the Redis at redis:\/\/127\.0\.0\.1:\d+ went away: .*ECONNREFUSED/,
          ),
        }),
        until(() => stage.store.size === 1).then(() => stage.redis.stop()),
      ]);
      expect(stage.storedSeeds()).toEqual([1]);
      expect(await worker.ended).toBe(1);
      expect(worker.said()).toMatch(/queue-failed: the Redis at .* went away/);
    });
  },
);

it('need a Redis that answers, and say so at once', async () => {
  const open = createQueueExecutor({ url: 'redis://me:secret@127.0.0.1:1', runtime: 'x 1', say: () => {} });
  await expect(open).rejects.toMatchObject({
    code: 'queue-failed',
    message: expect.stringMatching(
      /no Redis to use at redis:\/\/me:…@127\.0\.0\.1:1: .*ECONNREFUSED.*Start one/,
    ),
  });
});
