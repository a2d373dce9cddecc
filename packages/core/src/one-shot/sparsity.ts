/** How sparse something has become. */
export interface OneShotSparsity {
  readonly elements: number;
  /** Elements that are zero, or stand for it. */
  readonly zeros: { readonly before: number; readonly after: number };
  /** `zeros / elements`, in [0, 1]. */
  readonly sparsity: { readonly before: number; readonly after: number };
}

/**
 * @param elements more than 0
 * @param before zeros of them before
 * @param after zeros of them afterwards
 */
export function sparsityOf(elements: number, before: number, after: number): OneShotSparsity {
  return {
    elements,
    zeros: { before, after },
    sparsity: { before: before / elements, after: after / elements },
  };
}

/** How sparse several have become together. */
export function totalOf(weights: readonly OneShotSparsity[]): OneShotSparsity {
  const sum = (of: (weight: OneShotSparsity) => number) => weights.reduce((all, each) => all + of(each), 0);
  return sparsityOf(
    sum(({ elements }) => elements),
    sum(({ zeros }) => zeros.before),
    sum(({ zeros }) => zeros.after),
  );
}
