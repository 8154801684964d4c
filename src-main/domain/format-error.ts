/** What a file breaks: which file, where in it, which rule, and what to do. Never carries patient data. */
export interface FormatBreach {
  /** File name without its folder. */
  readonly file: string;
  /** `line 2`, `byte 1 024`, `sample 649 999`, or empty where the whole file is meant. */
  readonly where: string;
  /** One sentence: what was found and what was expected. */
  readonly rule: string;
  /** A word for programs. */
  readonly kind:
    | 'missing-file'
    | 'truncated'
    | 'unsupported-format'
    | 'bad-header'
    | 'bad-annotation'
    | 'checksum-mismatch'
    | 'bad-rows';
}

/** Thrown by every parser of `formats/`; an import turns it into one row of its result. */
export class FormatError extends Error {
  readonly breach: FormatBreach;
  constructor(breach: FormatBreach, options?: ErrorOptions) {
    super(`${breach.file}${breach.where ? `, ${breach.where}` : ''}: ${breach.rule}`, options);
    this.name = 'FormatError';
    this.breach = breach;
  }
}
