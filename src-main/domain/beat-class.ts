/** The five AAMI classes of ANSI/AAMI EC57: normal, supraventricular, ventricular, fusion, unclassifiable or paced. */
export type BeatClass = 'N' | 'S' | 'V' | 'F' | 'Q';
export const beatClasses: readonly BeatClass[] = ['N', 'S', 'V', 'F', 'Q'];

/**
 * The two maps from annotation symbols to AAMI classes that the field uses; every figure names the one it used.
 * `ec57`: WFDB's bxb. `literature`: de Chazal 2004 and the Kaggle rows, where escape beats are normal
 * and paced beats unclassifiable.
 */
export type ClassMapName = 'ec57' | 'literature';

const classMaps: Record<ClassMapName, Record<BeatClass, string>> = {
  ec57: { N: 'NLRB', S: 'AaJSejn', V: 'VEr', F: 'F', Q: '/fQ?' },
  literature: { N: 'NLRBejn', S: 'AaJS', V: 'VEr', F: 'F', Q: '/fQ?' },
};

const lookup = Object.fromEntries(
  Object.entries(classMaps).map(([name, classes]) => [
    name,
    new Map(Object.entries(classes).flatMap(([beatClass, symbols]) => [...symbols].map((s) => [s, beatClass]))),
  ]),
) as Record<ClassMapName, Map<string, BeatClass>>;

/** The AAMI class of a beat's symbol; undefined for a mark that is no beat. */
export const classOfSymbol = (symbol: string, map: ClassMapName): BeatClass | undefined => lookup[map].get(symbol);

/** The symbol that a label given as a class is written with. */
export const symbolOfClass: Readonly<Record<BeatClass, string>> = { N: 'N', S: 'S', V: 'V', F: 'F', Q: 'Q' };

/** Index of the most probable class in five probabilities in the order of `beatClasses`. */
export function mostProbable(probabilities: ArrayLike<number>, offset = 0): number {
  let best = 0;
  for (let c = 1; c < beatClasses.length; c++) if (probabilities[offset + c] > probabilities[offset + best]) best = c;
  return best;
}

/** The map that review, models and counts of this program use, named wherever a figure is shown. */
export const reviewClassMap: ClassMapName = 'literature';
