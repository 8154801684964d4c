import { expect, test } from 'vitest';
import { Commands } from '../../../src-renderer/state/commands.svelte.ts';

/** A key press outside any control. */
const pressed = (key: string, held: Partial<KeyboardEvent> = {}) =>
  ({
    ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: null },
    ...{ defaultPrevented: false, isComposing: false, preventDefault: () => undefined },
    ...held,
  }) as KeyboardEvent;

const group = (title: string, id: string, key: string, runs: string[], canRun = true) => ({
  title,
  commands: [{ id, title: id, key, canRun: () => canRun, run: () => runs.push(id) }],
});

test('a key runs its command, and a screen’s goes before the shell’s', () => {
  const runs: string[] = [];
  const commands = new Commands(false);
  commands.add([group('Shell', 'shell.find', 'Ctrl+F', runs)]);
  const leave = commands.add([group('Screen', 'screen.find', 'Ctrl+F', runs)]);
  commands.press(pressed('f', { ctrlKey: true }));
  leave();
  commands.press(pressed('f', { ctrlKey: true }));
  expect(runs).toEqual(['screen.find', 'shell.find']);
});

test('a command that cannot run takes its key and does nothing', () => {
  const runs: string[] = [];
  const commands = new Commands(false);
  let isTaken = false;
  commands.add([group('Screen', 'screen.save', 'Ctrl+S', runs, false)]);
  commands.press(pressed('s', { ctrlKey: true, preventDefault: () => (isTaken = true) }));
  expect([runs, isTaken]).toEqual([[], true]);
});

test('a key that a control has used runs nothing', () => {
  const runs: string[] = [];
  const commands = new Commands(false);
  commands.add([group('Screen', 'screen.down', '↓', runs)]);
  commands.press(pressed('ArrowDown', { defaultPrevented: true }));
  expect(runs).toEqual([]);
});
