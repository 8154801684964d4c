/** A key press as far as a name for it needs. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const shown: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
  Insert: 'Ins',
  Escape: 'Esc',
  ' ': 'Space',
};

/**
 * The name of a key press as commands give it and caps show it: `Ctrl+Z`, `Shift+N`, `Alt+1`, `?`, `←`.
 * Shift is named with letters and named keys only: `?` and `+` need it on one keyboard and not on another.
 * @param isMac  there Cmd takes the part of Ctrl.
 */
export function keyName(press: KeyPress, isMac: boolean): string {
  // Alt with a digit writes another character on some keyboards; the digit is meant.
  const digit = press.altKey ? /^Digit(\d)$/.exec(press.code)?.[1] : undefined;
  const isLetter = /^\p{L}$/u.test(press.key);
  const key = digit ?? shown[press.key] ?? (isLetter ? press.key.toUpperCase() : press.key);
  const isCtrl = isMac ? press.metaKey : press.ctrlKey;
  const isShift = press.shiftKey && (isLetter || press.key.length > 1 || press.key === ' ');
  return `${isCtrl ? 'Ctrl+' : ''}${press.altKey ? 'Alt+' : ''}${isShift ? 'Shift+' : ''}${key}`;
}

/** Whether the key is a character alone, which a text field or an assistive program may mean as text. */
export const isSingleCharacter = (key: string): boolean => /^(Shift\+)?.$/u.test(key) && !/^[←→↑↓]$/.test(key);

const textTypes = new Set(['text', 'search', 'number', 'email', 'tel', 'url', 'password', 'date', 'time']);
const textKeys = new Set([
  ...['←', '→', '↑', '↓', 'Home', 'End', 'PgUp', 'PgDn', 'Del', 'Ins', 'Backspace', 'Enter', 'Tab', 'Space', 'Esc'],
  ...['Ctrl+A', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+Z', 'Ctrl+Y', 'Ctrl+Shift+Z'],
]);

/** Whether the key belongs to the control that has the focus, and no command may take it. */
export function belongsToControl(key: string, pressedOn: EventTarget | null): boolean {
  if (!pressedOn || !('closest' in pressedOn)) return false; // the window or the document itself
  const target = pressedOn as Element;
  if (target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]')) return true;
  const plain = key.replace(/^Shift\+/, '');
  if (isTextField(target))
    return (
      textKeys.has(key) || textKeys.has(plain) || /^(Ctrl\+)?(Shift\+)?[←→↑↓]$/.test(key) || isSingleCharacter(key)
    );
  if (target.matches('input[type="radio"], input[type="range"], [role="radio"], [role="slider"], [role="combobox"]'))
    return plain === 'Space' || /^([←→↑↓]|Home|End|PgUp|PgDn|Enter)$/.test(plain);
  if (target.matches('input[type="checkbox"]')) return key === 'Space';
  if (target.matches('button, a[href], summary, [role="button"]')) return key === 'Enter' || key === 'Space';
  return false;
}

const isTextField = (target: Element): boolean =>
  target.matches('textarea, [contenteditable="true"]') ||
  (target instanceof HTMLInputElement && textTypes.has(target.type)) ||
  target.matches('[role="textbox"]');
