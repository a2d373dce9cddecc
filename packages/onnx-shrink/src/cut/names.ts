import type { ModelProto } from '@synaprune/onnx';
import { namesOf } from '@synaprune/onnx/graph';

/** Makes names that nothing in a model has; what is there is looked over when the first is asked for. */
export function freshNames(model: ModelProto): () => string {
  let taken: ReadonlySet<string> | undefined;
  let made = 0;
  return () => {
    taken ??= namesOf(model.graph!).taken;
    do made += 1;
    while (taken.has(`synaprune/${made}`));
    return `synaprune/${made}`;
  };
}
