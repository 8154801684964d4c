import { expect, test } from 'vitest';
import { keyCaps } from '../../../../src-renderer/ui/controls/command.ts';

test('a combination is one cap a key, and the plus key is a key', () => {
  expect(['Ctrl+Z', 'Shift+Enter', '+', 'Ctrl++', 'N'].map((key) => keyCaps(key, false))).toEqual([
    ['Ctrl', 'Z'],
    ['Shift', 'Enter'],
    ['+'],
    ['Ctrl', '+'],
    ['N'],
  ]);
});

test('Ctrl reads Cmd on a Mac', () => {
  expect(keyCaps('Ctrl+K', true)).toEqual(['Cmd', 'K']);
});
