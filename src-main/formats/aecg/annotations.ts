import type { Annotation } from '../../domain/annotation.ts';
import { childrenOf, elementAt, elementsNamed, type XmlElement } from '../whole/xml.ts';
import { secondsOfTime } from './time.ts';

/** Beats by their MDC code, as this program's symbols; a code that is not here is a beat of no known class. */
const beatSymbols: Readonly<Record<string, string>> = {
  NORMAL: 'N',
  BB_BLK: 'B',
  LBBB: 'L',
  RBBB: 'R',
  LBB_BLK: 'L',
  RBB_BLK: 'R',
  ATR_P_C: 'A',
  JUNC_P_C: 'J',
  SV_P_C: 'S',
  V_P_C: 'V',
  V_P_C_FUSION: 'F',
  FUSION: 'F',
  ATR_ESC: 'e',
  JUNC_ESC: 'j',
  SV_ESC: 'n',
  V_ESC: 'E',
  PACED: '/',
  ART_PACE: '/',
};

/** Rhythms as WFDB names them. */
const rhythms: Readonly<Record<string, string>> = {
  SINUS_RHY: '(N',
  NORMAL_SINUS_RHY: '(N',
  SINUS_BRADY: '(SBR',
  SINUS_BRADY_RHY: '(SBR',
  ATR_FIB: '(AFIB',
  ATR_FLUT: '(AFL',
  V_TACHY: '(VT',
  V_FIB: '(VFIB',
};

/** Clock of a series whose annotations are placed. */
export interface SeriesClock {
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly fromSample: number;
  readonly startS: number | undefined;
}

/**
 * Beats and rhythms of a series. A beat stands at its R wave, else in the middle of its QRS complex, else in the middle
 * of its own stretch; one of which no place is told is left out, as are waves and measurements.
 */
export function annotationsOfSeries(series: XmlElement, clock: SeriesClock): Annotation[] {
  const sets = childrenOf(series, 'subjectOf').flatMap((subject) => childrenOf(subject, 'annotationSet'));
  const marks = sets.flatMap((set) => childrenOf(set, 'component').flatMap((part) => childrenOf(part, 'annotation')));
  return marks.flatMap((mark) => {
    const kind = elementAt(mark, 'code')?.attributes.code ?? '';
    const value = elementAt(mark, 'value')?.attributes.code ?? '';
    const own = boundsOf(mark, clock);
    if (kind === 'MDC_ECG_BEAT') {
      const at = placeOfBeat(mark, clock) ?? (own && (own[0] + own[1]) / 2);
      return markAt(at, beatSymbols[value.replace(/^MDC_ECG_BEAT_/, '')] ?? 'Q', '', clock);
    }
    if (kind === 'MDC_ECG_RHY' && own)
      return markAt(own[0], '+', rhythms[value.replace(/^MDC_ECG_RHY_/, '')] ?? '', clock);
    return [];
  });
}

function markAt(at: number | undefined, symbol: string, aux: string, clock: SeriesClock): Annotation[] {
  const atSample = Math.round(at ?? NaN);
  const isThere = atSample >= 0 && atSample < clock.lengthSamples && (symbol !== '+' || aux !== '');
  return isThere ? [{ atSample, symbol, subtype: 0, channel: 0, num: 0, aux }] : [];
}

function placeOfBeat(beat: XmlElement, clock: SeriesClock): number | undefined {
  const waves = elementsNamed(beat, 'annotation');
  const within = (names: readonly string[], among: readonly XmlElement[]): XmlElement[] =>
    among.flatMap((wave) => [
      ...(names.includes(elementAt(wave, 'value')?.attributes.code ?? '') ? [wave] : []),
      ...within(names, elementsNamed(wave, 'annotation')),
    ]);
  for (const names of [['MDC_ECG_WAVC_RWAVE'], ['MDC_ECG_WAVC_QRSWAVE', 'MDC_ECG_WAVC_QRSTWAVE']]) {
    const bounds = within(names, waves)
      .map((wave) => boundsOf(wave, clock))
      .find((found) => found !== undefined);
    if (bounds) return (bounds[0] + bounds[1]) / 2;
  }
  return undefined;
}

/** From and to in samples of the stretch that an annotation rests on. */
function boundsOf(
  annotation: XmlElement,
  { startS, samplingHz, fromSample }: SeriesClock,
): [number, number] | undefined {
  const region = elementAt(annotation, 'support', 'supportingROI');
  const boundary = region && childrenOf(region, 'component').map((part) => elementAt(part, 'boundary'));
  const time = boundary?.find((found) => found && /^TIME_/.test(elementAt(found, 'code')?.attributes.code ?? ''));
  const value = time && elementAt(time, 'value');
  if (!value) return undefined;
  const isAbsolute = elementAt(time, 'code')?.attributes.code === 'TIME_ABSOLUTE';
  const sampleOf = (text: string | undefined): number => {
    const seconds = isAbsolute ? secondsOfTime(text) : Number(text ?? NaN);
    const since = isAbsolute ? (seconds ?? NaN) - (startS ?? NaN) : (seconds ?? NaN);
    return fromSample + since * samplingHz;
  };
  const point = value.attributes.value;
  const [low, high] = ['low', 'high'].map((end) => sampleOf(elementAt(value, end)?.attributes.value ?? point));
  return Number.isFinite(low) ? [low, Number.isFinite(high) ? high : low] : undefined;
}
