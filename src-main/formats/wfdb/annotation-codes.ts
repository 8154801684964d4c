/*
 * Codes of annotation files and the symbols people read (`ecgcodes.h` and `annstr` of the WFDB library).
 * Codes without a symbol are written `[15]`, as WFDB does, so that nothing is lost on the way through.
 */

/** Highest code an annotation may have (`ACMAX`). */
export const maxCode = 49;

const symbols = '? N L R a V F J A S E j / Q ~ [15] | [17] s T * D " = p B ^ t + u ? ! [ ] e n @ x f ( ) r'.split(' ');

/** Whether a code means nothing unless the file says so. */
export const isUnusedCode = (code: number): boolean =>
  code >= 1 && code <= maxCode && (symbols[code] ?? `[${code}]`) === `[${code}]`;

/** A meaning that an annotation file gives to a code for itself. */
export interface CustomType {
  readonly code: number;
  readonly symbol: string;
  /** As the file has it; line breaks are kept, so that it is written back as it was. */
  readonly description: string;
}

/** Symbols and codes of one file; each symbol it reads is written with the same code. */
export interface CodeTable {
  symbolOf(code: number): string;
  /** @throws {RangeError} when no code of the file means this symbol: it must be defined as a custom type first. */
  codeOf(symbol: string): number;
}

/** The standard meanings, with those that the file gives itself in their place. */
export const codeTable = (customTypes: readonly CustomType[]): CodeTable =>
  customTypes.length === 0 ? standardTable : tableWith(customTypes);

function tableWith(customTypes: readonly CustomType[]): CodeTable {
  const symbolByCode = new Map<number, string>();
  const codeBySymbol = new Map<string, number>();
  const define = (code: number, symbol: string) => {
    if (symbolByCode.has(code) || codeBySymbol.has(symbol)) return;
    symbolByCode.set(code, symbol);
    codeBySymbol.set(symbol, code);
  };
  for (const { code, symbol } of customTypes) if (code >= 1 && code <= maxCode) define(code, symbol);
  for (let code = 1; code <= maxCode; code++) define(code, symbols[code] ?? `[${code}]`);
  for (let code = 1; code <= maxCode; code++) define(code, `[${code}]`);
  return {
    symbolOf: (code) => symbolByCode.get(code) ?? `[${code}]`,
    codeOf: (symbol) => {
      const code = codeBySymbol.get(symbol);
      if (code !== undefined) return code;
      throw new RangeError(`the symbol \`${symbol}\` has no code in annotation files; define it as a custom type`);
    },
  };
}

const standardTable = tableWith([]);
