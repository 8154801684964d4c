/**
 * Gives the keys back to the paper after a choice made with the pointer: a radio that keeps the focus would take the
 * arrow keys, which read on. Who chooses by keyboard stays where they are.
 */
export function returnFocus(bar: HTMLElement): () => void {
  let isPointed = false;
  const pointed = () => (isPointed = true);
  const keyed = () => (isPointed = false);
  const chosen = (event: Event) => {
    if (!isPointed || !(event.target as Element).matches('input[type="radio"]')) return;
    document.querySelector<HTMLElement>('[data-region="paper"] [role="application"]')?.focus();
  };
  bar.addEventListener('pointerdown', pointed);
  bar.addEventListener('keydown', keyed);
  bar.addEventListener('change', chosen);
  return () => {
    bar.removeEventListener('pointerdown', pointed);
    bar.removeEventListener('keydown', keyed);
    bar.removeEventListener('change', chosen);
  };
}
