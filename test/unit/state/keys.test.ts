import { expect, test } from 'vitest';
import { isSingleCharacter, keyName, type KeyPress } from '../../../src-renderer/state/keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...held,
});

test('a key press is named as its caps show it', () => {
  const named = [
    keyName(press('z', { ctrlKey: true }), false),
    keyName(press('Z', { ctrlKey: true, shiftKey: true }), false),
    keyName(press('N', { shiftKey: true }), false),
    keyName(press('ArrowLeft', { shiftKey: true }), false),
    keyName(press('Delete'), false),
    keyName(press(' '), false),
    keyName(press('F6', { shiftKey: true }), false),
  ];
  expect(named).toEqual(['Ctrl+Z', 'Ctrl+Shift+Z', 'Shift+N', 'Shift+←', 'Del', 'Space', 'Shift+F6']);
});

test('Shift is not named where it only makes the character', () => {
  expect([keyName(press('?', { shiftKey: true }), false), keyName(press('+', { shiftKey: true }), false)]).toEqual([
    '?',
    '+',
  ]);
});

test('Alt with a digit is the digit on every keyboard', () => {
  expect(keyName(press('¡', { altKey: true, code: 'Digit1' }), false)).toBe('Alt+1');
});

test('on a Mac Cmd takes the part of Ctrl', () => {
  expect([keyName(press('k', { metaKey: true }), true), keyName(press('k', { ctrlKey: true }), true)]).toEqual([
    'Ctrl+K',
    'K',
  ]);
});

test('only characters alone are single: they may be text to somebody', () => {
  const keys = ['N', 'Shift+N', '?', '5', 'Ctrl+Z', '←', 'Enter', 'Del', 'Alt+1'];
  expect(keys.filter(isSingleCharacter)).toEqual(['N', 'Shift+N', '?', '5']);
});
