/** What can be reached by Tab. */
const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/**
 * Moves the focus to the next (or previous) region of the window: an element with `data-region`, in order of the page.
 * The focus goes to the control that had it there last, else to the first.
 */
export function focusRegion(step: 1 | -1, root: Document = document): void {
  const regions = [...root.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.getClientRects().length > 0,
  );
  if (regions.length === 0) return;
  const at = regions.findLastIndex((region) => region.contains(root.activeElement));
  const left = regions[at];
  if (left && root.activeElement instanceof HTMLElement) lastIn.set(left, root.activeElement);
  const region = regions[(at + step + regions.length + (at < 0 && step < 0 ? 1 : 0)) % regions.length];
  const remembered = lastIn.get(region);
  const target = remembered?.isConnected ? remembered : region.querySelector<HTMLElement>(focusable);
  if (target) return target.focus();
  region.tabIndex = -1;
  region.focus();
}

const lastIn = new WeakMap<HTMLElement, HTMLElement>();
