import type { layers } from '@tensorflow/tfjs-layers';

/** A rate that a layer or cell reads at every step, from this field of its own. */
export interface DropoutRate {
  readonly field: 'rate' | 'dropout' | 'recurrentDropout';
  readonly rate: number;
  set(rate: number): void;
}

/** `private rate` of `Dropout` and its like, `readonly dropout` and `recurrentDropout` of recurrent cells. */
type Rates = { [Field in DropoutRate['field']]?: unknown };

/**
 * The dropout that a layer or cell itself has in effect.
 *
 * Written for tfjs-layers 4.22.0, whose layers read these fields at every call and have no setter for them. A field
 * that is missing is a dropout that is not found.
 *
 * @param kind its class name: a `rate` may mean anything in a custom layer, and only the dropout layers' own is one
 */
export function dropoutRates(layer: layers.Layer, kind: string): DropoutRate[] {
  const holder = layer as unknown as Rates;
  const fields = /Dropout/.test(kind) ? (['rate'] as const) : (['dropout', 'recurrentDropout'] as const);
  return fields.flatMap((field) => {
    const rate = holder[field];
    if (typeof rate !== 'number' || rate <= 0) return [];
    return [
      {
        field,
        rate,
        set(next) {
          holder[field] = next;
        },
      },
    ];
  });
}
