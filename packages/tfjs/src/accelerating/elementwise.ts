import { CELL_ACTIVATIONS, type CellActivation } from '@synaprune/sparse';

/** Whether an activation of tfjs-layers, by the class name that it saves, is one that packed layers make themselves. */
export function isElementwise(name: string): name is CellActivation {
  return CELL_ACTIVATIONS.some((known) => known === name);
}
