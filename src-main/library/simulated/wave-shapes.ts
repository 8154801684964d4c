/** What makes a beat, as the heart does it. */
export type BeatOrigin = 'sinus' | 'atrial' | 'outflow-tract' | 'left-ventricle' | 'paced';

/** One wave as a Gaussian: centre in ms from the R peak, height in mV, standard deviations before and after the centre in ms. */
export interface Wave {
  readonly atMs: number;
  readonly heightMv: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** The two leads of the record, in its order. */
export const leadNames = ['MLII', 'V1'] as const;

const wave = (atMs: number, heightMv: number, beforeMs: number, afterMs = beforeMs): Wave => ({
  atMs,
  heightMv,
  beforeMs,
  afterMs,
});

/** P waves by lead: upright and small, in V1 first up, then down; PR interval of about 160 ms. */
export const sinusP: readonly (readonly Wave[])[] = [
  [wave(-152, 0.13, 22)],
  [wave(-162, 0.07, 14), wave(-136, -0.05, 15)],
];
/** P wave of an ectopic focus: peaked, another axis, PR interval of about 140 ms. */
const atrialP: readonly (readonly Wave[])[] = [[wave(-130, 0.17, 15)], [wave(-130, 0.11, 14)]];

/** QRS of 90 ms by way of the His bundle. */
const narrowQrs: readonly (readonly Wave[])[] = [
  [wave(-26, -0.09, 7), wave(0, 1.15, 11), wave(27, -0.2, 9)],
  [wave(-14, 0.25, 9), wave(9, -0.95, 13)],
];

/** Wide complexes of 160 ms, in which the slow upstroke of muscle-to-muscle conduction comes first. */
const wideQrs: Readonly<Record<'outflow-tract' | 'left-ventricle' | 'paced', readonly (readonly Wave[])[]>> = {
  // Inferior axis, left bundle branch block pattern.
  'outflow-tract': [
    [wave(-40, 0.32, 15), wave(0, 1.5, 23, 25), wave(50, 0.22, 16)],
    [wave(-58, 0.16, 10), wave(2, -1.3, 26), wave(52, -0.25, 16)],
  ],
  // Superior axis, right bundle branch block pattern.
  'left-ventricle': [
    [wave(-52, 0.16, 10), wave(0, -1.1, 24, 26), wave(52, -0.2, 15)],
    [wave(-12, 0.9, 21), wave(38, 0.55, 17)],
  ],
  // From the apex of the right ventricle: superior axis, left bundle branch block pattern; the spike comes first.
  paced: [
    [wave(-88, -1.1, 1.5), wave(-42, -0.3, 15), wave(0, -0.95, 23, 26)],
    [wave(-88, 0.7, 1.5), wave(-40, -0.3, 15), wave(5, -1.05, 25)],
  ],
};

/** Height of the T wave by lead; after a wide complex it points away from it. */
const tHeightMv: Readonly<Record<BeatOrigin, readonly number[]>> = {
  sinus: [0.3, -0.08],
  atrial: [0.28, -0.08],
  'outflow-tract': [-0.48, 0.42],
  'left-ventricle': [0.42, -0.34],
  paced: [0.38, 0.36],
};

/**
 * QRS, T and the P wave that belongs to them, in one lead.
 * @param rrS  the RR interval that the ventricle has adapted to: QT = 400 ms times its cube root (Fridericia 1920).
 */
export function wavesOf(origin: BeatOrigin, lead: number, rrS: number): Wave[] {
  const qtMs = 400 * Math.cbrt(rrS);
  if (origin === 'sinus' || origin === 'atrial') {
    const p = origin === 'sinus' ? sinusP : atrialP;
    return [...p[lead], ...narrowQrs[lead], wave(qtMs - 125, tHeightMv[origin][lead], 46, 33)];
  }
  // Repolarisation starts later after a wide complex and is slower.
  return [...wideQrs[origin][lead], wave(qtMs - 95, tHeightMv[origin][lead], 62, 46)];
}
