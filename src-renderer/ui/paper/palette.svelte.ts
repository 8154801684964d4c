import { createSubscriber } from 'svelte/reactivity';
import { beatClasses } from '../../../src-main/domain/beat-class.ts';

/** The tokens as a canvas needs them: colours resolved for the present theme, sizes in CSS pixels. */
export interface Palette {
  readonly bg: string;
  readonly surface: string;
  readonly surface2: string;
  readonly surface3: string;
  readonly line: string;
  readonly line2: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly sel: string;
  readonly selLine: string;
  readonly err: string;
  readonly paper: string;
  readonly grid1: string;
  readonly grid5: string;
  readonly trace: string;
  readonly attr: string;
  readonly attr2: string;
  readonly onClass: string;
  /** In the order of `beatClasses`. */
  readonly classes: readonly string[];
  readonly font: string;
  /** CSS pixels of one rem / 16: 1 at an interface scale of 100 %. */
  readonly scale: number;
}

function readPalette(): Palette {
  const probe = document.createElement('span');
  document.documentElement.append(probe);
  const style = getComputedStyle(probe);
  const color = (token: string) => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  probe.style.fontSize = '1rem';
  probe.style.fontFamily = 'var(--font)';
  const palette: Palette = {
    bg: color('bg'),
    surface: color('surface'),
    surface2: color('surface-2'),
    surface3: color('surface-3'),
    line: color('line'),
    line2: color('line-2'),
    ink: color('ink'),
    ink2: color('ink-2'),
    ink3: color('ink-3'),
    sel: color('sel'),
    selLine: color('sel-line'),
    err: color('err'),
    paper: color('paper'),
    grid1: color('grid-1'),
    grid5: color('grid-5'),
    trace: color('trace'),
    attr: color('attr'),
    attr2: color('attr-2'),
    onClass: color('on-class'),
    classes: beatClasses.map((beatClass) => color(`class-${beatClass.toLowerCase()}`)),
    font: style.fontFamily,
    scale: Number.parseFloat(style.fontSize) / 16,
  };
  probe.remove();
  return palette;
}

let current: Palette | undefined;

/** Whatever can change how the tokens resolve, or what a canvas writes with. */
const subscribe = createSubscriber((update) => {
  const refresh = () => {
    current = undefined;
    update();
  };
  const media = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query));
  const root = new MutationObserver(refresh);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style'] });
  for (const query of media) query.addEventListener('change', refresh);
  document.fonts.addEventListener('loadingdone', refresh);
  return () => {
    current = undefined;
    root.disconnect();
    for (const query of media) query.removeEventListener('change', refresh);
    document.fonts.removeEventListener('loadingdone', refresh);
  };
});

/** The palette of the present theme; inside an effect or a template it stays current. */
export function usePalette(): Palette {
  subscribe();
  if (!$effect.tracking()) return readPalette();
  return (current ??= readPalette());
}
