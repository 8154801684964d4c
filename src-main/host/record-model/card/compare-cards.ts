/** One value of a card beside the same value measured now. */
export interface VerifiedFigure {
  /** Where it stands in the card's JSON: `evaluation.pooled.V`. */
  readonly name: string;
  /** Undefined where only the other side has it. */
  readonly inCard: unknown;
  readonly now: unknown;
  readonly isEqual: boolean;
}

/** Half of the last digit that a card prints; processors differ in the last bits of a float. */
const tolerance = 0.0005;

/** Every value of two cards' JSON, in the card's order: counts and words must be the same, shares as printed. */
export function compareCards(inCard: unknown, now: unknown, name = ''): VerifiedFigure[] {
  if (!isTree(inCard) || !isTree(now)) return [{ name, inCard, now, isEqual: isEqualValue(inCard, now) }];
  const keys = new Set([...Object.keys(inCard), ...Object.keys(now)]);
  return [...keys].flatMap((key) => compareCards(inCard[key], now[key], name === '' ? key : `${name}.${key}`));
}

function isEqualValue(inCard: unknown, now: unknown): boolean {
  if (typeof inCard !== 'number' || typeof now !== 'number') return inCard === now;
  const isCount = Number.isInteger(inCard) && Number.isInteger(now);
  return isCount ? inCard === now : Math.abs(inCard - now) <= tolerance;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
