import type { Bed } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { type Candidate, measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';

/** The read floor as a candidate: every weight is read once. */
export function readFloor({ floors, spans }: Bed): Candidate {
  return { name: 'read', run: () => floors.read(spans) };
}

/** The read-write floor as a candidate: every weight is read and written once. */
export function readWriteFloor({ floors, spans }: Bed): Candidate {
  return { name: 'read-write', run: () => floors.readWrite(spans) };
}

/** Both floors in turn: what a pruning that selects and then zeroes cannot do without. */
export function bothFloors({ floors, spans }: Bed): Candidate {
  return {
    name: 'read + read-write',
    run: () => {
      floors.read(spans);
      floors.readWrite(spans);
    },
  };
}

/** The floors themselves: what the machine can do just now. */
export async function measureFloors({ sizes, rounds, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`floors, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    const [read, readWrite] = await measure([readFloor(ground), readWriteFloor(ground)], {
      ...rounds(elements),
      prepare: ground.restore,
    });
    const options = { group: 'floors', elements };
    rows.push(
      rowOf(read!, read!, { ...options, note: `${bandwidth(read!.median, 4 * elements)} GB/s` }),
      rowOf(readWrite!, read!, { ...options, note: `${bandwidth(readWrite!.median, 8 * elements)} GB/s` }),
    );
  }
  return rows;
}

function bandwidth(nanoseconds: number, bytes: number): string {
  return (bytes / nanoseconds).toFixed(1);
}
