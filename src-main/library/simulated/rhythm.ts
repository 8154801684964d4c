import type { Random } from '../../domain/random.ts';
import { isWithin, type Episodes } from './episodes.ts';
import type { BeatOrigin } from './wave-shapes.ts';

export interface PlannedBeat {
  /** Time of the R peak. */
  readonly atS: number;
  readonly symbol: 'N' | 'A' | 'V' | 'F' | '/';
  readonly origin: BeatOrigin;
  /** Share of the outflow-tract focus in a fusion beat; 0 in all others. */
  readonly fusedShare: number;
  /** RR interval that the QT interval has adapted to. */
  readonly adaptedRrS: number;
}

export interface Rhythm {
  /** By rising time. */
  readonly beats: readonly PlannedBeat[];
  /** R peaks that would have followed P waves which the ventricle, still refractory, did not. */
  readonly blockedAtS: readonly number[];
}

const atrialPrematureShare = 0.012;
const ventricularPrematureShare = 0.014;
const secondFocusShare = 0.2;
const fusionShare = 0.3;
const refractoryAfterWideS = 0.62;
const pacedRrS = 60 / 72;
const runRrS = 60 / 155;

/**
 * A heart in sinus rhythm: the rate drifts between about 60 and 85 a minute and follows breathing (McSharry and others
 * 2003: a band at 0.1 Hz and one at the breathing rate). Atrial premature beats reset the sinus node; ventricular ones
 * do not, so that the P wave on time is blocked and the pause is compensatory.
 * @param breathAt  breathing phase in radians at a time in seconds.
 */
export function planRhythm(
  durationS: number,
  episodes: Episodes,
  breathAt: (atS: number) => number,
  random: Random,
): Rhythm {
  const beats: PlannedBeat[] = [];
  const blockedAtS: number[] = [];
  const phases = Array.from({ length: 3 }, () => 2 * Math.PI * random.uniform());
  const sinusRrS = (atS: number) => {
    const drift =
      0.09 * Math.sin((2 * Math.PI * atS) / 540 + phases[0]) + 0.05 * Math.sin((2 * Math.PI * atS) / 170 + phases[1]);
    const slowBand = 0.018 * Math.sin(2 * Math.PI * 0.095 * atS + phases[2]);
    return 0.84 * (1 + drift + slowBand + 0.035 * Math.sin(breathAt(atS)) + 0.008 * random.normal());
  };
  let adaptedRrS = 0.84;
  const add = (atS: number, symbol: PlannedBeat['symbol'], origin: BeatOrigin, fusedShare = 0) => {
    const rrS = beats.length > 0 ? atS - beats[beats.length - 1].atS : adaptedRrS;
    adaptedRrS += 0.2 * (Math.min(1.2, Math.max(0.4, rrS)) - adaptedRrS);
    beats.push({ atS, symbol, origin, fusedShare, adaptedRrS });
  };

  let sinusAtS = 0.4 + 0.5 * random.uniform();
  let ventricleFreeAtS = 0;
  let runsDone = 0;
  while (sinusAtS < durationS) {
    if (isWithin(episodes.paced, sinusAtS)) {
      const lastAtS = beats.length > 0 ? beats[beats.length - 1].atS : sinusAtS - pacedRrS;
      add(lastAtS + pacedRrS, '/', 'paced');
      sinusAtS = lastAtS + 2 * pacedRrS;
      continue;
    }
    if (sinusAtS < ventricleFreeAtS) blockedAtS.push(sinusAtS);
    else if (isWithin(episodes.fusion, sinusAtS) && random.uniform() < fusionShare)
      add(sinusAtS, 'F', 'sinus', 0.35 + 0.35 * random.uniform());
    else add(sinusAtS, 'N', 'sinus');
    const rrS = sinusRrS(sinusAtS);
    const isConducted = beats.length > 0 && beats[beats.length - 1].atS === sinusAtS;
    const run = episodes.runs[runsDone];
    const isRunDue = run !== undefined && sinusAtS >= run.atS;
    if (isConducted && isRunDue) {
      runsDone++;
      for (let k = 0; k < run.beats; k++)
        add(sinusAtS + 0.6 * rrS + k * runRrS * (1 + 0.02 * random.normal()), 'V', 'outflow-tract');
    } else if (isConducted && isWithin(episodes.bigeminy, sinusAtS)) {
      add(sinusAtS + 0.48 + 0.008 * random.normal(), 'V', 'outflow-tract');
    } else if (isConducted && random.uniform() < ventricularPrematureShare) {
      const origin = random.uniform() < secondFocusShare ? 'left-ventricle' : 'outflow-tract';
      add(sinusAtS + (0.56 + 0.1 * random.uniform()) * rrS, 'V', origin);
    } else if (isConducted && random.uniform() < atrialPrematureShare) {
      const earlyAtS = sinusAtS + (0.6 + 0.16 * random.uniform()) * rrS;
      add(earlyAtS, 'A', 'atrial');
      sinusAtS = earlyAtS + 1.06 * rrS;
      continue;
    }
    const last = beats[beats.length - 1];
    if (last?.symbol === 'V') ventricleFreeAtS = last.atS + refractoryAfterWideS;
    sinusAtS += rrS;
  }
  return { beats: beats.filter(({ atS }) => atS < durationS), blockedAtS };
}
