import { byId, make, setText } from '../../view/elements';
import type { DropState, Facts, Ground, Lengths, Unit, Wish } from '../state';

/** What the visitor set. */
export interface Controls {
  wish(): Wish;
  lengths(): Lengths | null;
  show(state: DropState): void;
  /** For another model: what belongs to the one before is gone. */
  reset(facts: Facts): void;
}

const UNIT_HINTS: Readonly<Record<Unit, string>> = {
  weight: 'The file compresses better. A run takes as long as before: a zero is multiplied like any number.',
  channel: 'Tensors become smaller: a smaller file and faster runs. It costs more of the answers.',
};

const OTHER = { weight: 'channel', channel: 'weight' } as const;

const NOT_TO_BE_HAD: Readonly<Record<Unit, string>> = {
  weight: 'There is nothing to set to zero',
  channel: 'There are no channels to cut out',
};

/** The form beside the figures; calls back whenever something in it changed. */
export function mountControls(onChange: () => void): Controls {
  const form = byId<HTMLFormElement>('drop-form');
  const keep = byId<HTMLInputElement>('drop-keep');
  const eights = byId<HTMLInputElement>('drop-eights');
  const byLayer = byId<HTMLInputElement>('drop-by-layer');
  const units = [...form.querySelectorAll<HTMLInputElement>('[name="drop-unit"]')];
  const unit = (): Unit => (units.find(({ checked }) => checked)?.value ?? 'weight') as Unit;
  const fields = byId('drop-lengths-fields');
  let shown: Ground | null = null;

  const wish = (): Wish => ({
    unit: unit(),
    keep: Number(keep.value) / 100,
    byLayer: byLayer.checked,
    eights: eights.checked,
  });

  function describe(): void {
    setText(byId('drop-keep-value'), `${keep.value}\u00a0%`);
    keep.setAttribute('aria-valuetext', `${keep.value}\u00a0%`);
    setText(
      byId('drop-keep-hint'),
      unit() === 'weight'
        ? `The share of prunable weights that stays; the other ${100 - Number(keep.value)}\u00a0% become zero.`
        : 'The share of channels that stays in each group that can be cut.',
    );
    byId('drop-eights-field').hidden = unit() !== 'channel';
  }

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', (event) => {
    describe();
    const { target } = event;
    if (target instanceof HTMLInputElement && !target.validity.valid) return;
    onChange();
  });
  describe();

  return {
    wish,
    lengths() {
      const inputs = [...fields.querySelectorAll('input')];
      if (inputs.length === 0) return null;
      return Object.fromEntries(inputs.map(({ name, valueAsNumber }) => [name, valueAsNumber]));
    },
    show({ facts, scan, ground, notRun }) {
      for (const input of units) input.disabled = facts?.none[input.value as Unit] != null;
      const missing = facts?.none[OTHER[unit()]] ?? null;
      setText(
        byId('drop-unit-hint'),
        missing === null
          ? UNIT_HINTS[unit()]
          : `${UNIT_HINTS[unit()]} ${NOT_TO_BE_HAD[OTHER[unit()]]}: ${missing}.`,
      );
      for (const id of ['drop-by-layer-field', 'drop-by-layer-hint']) byId(id).hidden = notRun !== null;
      const scanned = scan?.unit === unit() && scan.state === 'done';
      setText(
        byId('drop-by-layer-hint'),
        scanned
          ? 'By what was found out below. Agreement on the same samples is flattered by it.'
          : 'From when the layers have been looked into, which goes on by itself.',
      );
      if (ground === shown) return;
      shown = ground;
      const names = Object.keys(ground?.lengths ?? {});
      byId('drop-lengths').hidden = names.length === 0;
      if (fields.contains(document.activeElement)) return;
      fields.replaceChildren(...names.map((name, at) => fieldOf(name, ground!.lengths[name]!, at)));
    },
    reset({ none }) {
      fields.replaceChildren();
      shown = null;
      if (none[unit()] !== null) {
        const other = units.find(({ value }) => none[value as Unit] === null);
        if (other !== undefined) other.checked = true;
      }
      describe();
    },
  };
}

function fieldOf(name: string, length: number, at: number): HTMLElement {
  const id = `drop-length-${at}`;
  return make(
    'div',
    [
      make('label', name, { for: id }),
      make('input', '', {
        id,
        name,
        type: 'number',
        min: '1',
        max: '4096',
        step: '1',
        value: `${length}`,
        required: '',
      }),
    ],
    { class: 'field' },
  );
}
