import { type Context, isSmall } from '../context.js';
import { type Row, unmeasured } from '../row.js';
import { measureBuffers, measureTies } from './webgpu-buffers.js';
import { measureCall } from './webgpu-call.js';
import { measureEnforce } from './webgpu-enforce.js';
import { measureVariables } from './webgpu-tfjs.js';

/** Most elements that a CPU is given that plays a GPU. */
const MOST_SOFTWARE = 1e7;
/** Weights of a model that has many, and of one in a smoke run. */
const [MANY, SOME] = [300, 20];
/** Most elements that `tf.topk` is given. */
const MOST_TOPK = 1e6;

/** Pruning on WebGPU, against passes over the same weights and against tfjs, all on tfjs's device. */
export async function measureWebgpu(context: Context): Promise<Row[]> {
  const { sizes, say } = context;
  const gpu = await context.gpu.open();
  if ('missing' in gpu) {
    const elements = sizes[0] ?? 0;
    return [unmeasured({ group: 'webgpu', elements, goal: 'webgpu-update' }, 'pruner.update', gpu.missing)];
  }
  const rows: Row[] = [];
  const many = isSmall(context) ? SOME : MANY;
  if (sizes.some((elements) => reasonAgainst(elements, gpu) === undefined)) {
    say(`WebGPU, the call that enforces ${many} weights`);
    rows.push(...(await measureCall(context, gpu, many)));
  }
  for (const elements of sizes) {
    const options = { group: 'webgpu', elements };
    const reason = reasonAgainst(elements, gpu);
    if (reason !== undefined) {
      rows.push(unmeasured({ ...options, goal: 'webgpu-update' }, 'pruner.update', reason));
      continue;
    }
    say(`WebGPU, ${elements} weights`);
    rows.push(
      ...(await measureBuffers(context, gpu, elements)),
      await measureTies(context, gpu, elements),
      await measureEnforce(context, gpu, elements, 1),
      await measureEnforce(context, gpu, elements, many),
    );
    if (elements <= MOST_TOPK) {
      say(`tfjs on WebGPU, ${elements} weights`);
      rows.push(...(await measureVariables(context, gpu, elements)));
    }
    if (gpu.errors.length > 0) {
      rows.push(unmeasured(options, 'something else', `the device complained: ${gpu.errors[0]}`));
    }
  }
  return rows;
}

function reasonAgainst(
  elements: number,
  { device, software }: { readonly device: GPUDevice; readonly software: boolean },
): string | undefined {
  if (software && elements > MOST_SOFTWARE) return 'too much for a software device';
  const { maxBufferSize } = device.limits;
  return 4 * elements > maxBufferSize
    ? `the device has buffers of ${maxBufferSize} bytes at most`
    : undefined;
}
