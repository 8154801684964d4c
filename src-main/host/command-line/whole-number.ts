import { CommandRefused } from './output.ts';

/** @throws {CommandRefused} for anything but digits. */
export function wholeNumber(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new CommandRefused('bad-usage', `${option} is a whole number, not ${text}.`);
  return Number(text);
}
