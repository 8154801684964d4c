import { beatClasses } from '../../../domain/beat-class.ts';
import type { ExplanationFigures } from '../../../domain/explanation.ts';
import { checkExplanations } from '../../../engine/record/check-explanations.ts';
import { explanationSection } from '../../../training/explanation-section.ts';
import type { CardSection } from './card-section.ts';

/** Enough that another draw of beats moves no score by more than .01. */
const mostBeats = 120;

/** How far each method of explanation can be relied on, on beats of the training recordings: DS2 chooses nothing. */
export const explanationsSection: CardSection<ExplanationFigures> = {
  measure: async ({ model, executor, training }) => {
    const records = await training();
    const isMeant = (label: number) => beatClasses[label] === 'V' || beatClasses[label] === 'F';
    const figures = await checkExplanations(
      model,
      records.map(({ name, inputs, labels }) => ({
        ...{ name, inputs },
        beats: [...labels.keys()].filter((beat) => isMeant(labels[beat])),
      })),
      { executor, options: { mostBeats } },
    );
    if (!figures) throw new RangeError('the model calls the shape of no beat V or F');
    const source = `beats of DS1 whose shape the model calls V or F, with which it was trained`;
    return { ...rounded(figures), source };
  },
  tell: explanationSection,
};

/** Numbers to four digits: more would only lengthen the card. */
const rounded = <Json>(json: Json): Json =>
  JSON.parse(JSON.stringify(json), (_, value: unknown) =>
    typeof value === 'number' ? Math.round(1e4 * value) / 1e4 : value,
  ) as Json;
