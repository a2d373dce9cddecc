import type { Consumer } from '../trace/trace.js';
import type { TensorView } from '../view/model-view.js';
import { channelAxis } from './channel-axis.js';
import type { ScaleLayout } from './int8.js';

/** How a weight's elements share scales: by output channel where all that read it as it lies agree on them. */
export function layoutOf({ shape }: TensorView, consumers: readonly Consumer[]): ScaleLayout {
  const axes = new Set(
    consumers.map(({ node, input, moved, passage }) =>
      moved || passage !== 'itself' ? undefined : channelAxis(node, input, shape.length),
    ),
  );
  const [axis] = axes;
  return { shape, axis: axes.size === 1 ? axis : undefined };
}
