import {
  bestMethod,
  explanationMethods,
  isExplaining,
  type ExplanationFigures,
  type ExplanationMethod,
  type RemovalCurves,
} from '../domain/explanation.ts';

const names: Readonly<Record<ExplanationMethod, string>> = {
  occlusion: 'Occlusion',
  'integrated-gradients': 'Integrated gradients',
  'grad-cam': 'Grad-CAM',
  'attention-relevance': 'Gradient-weighted attention',
  attention: 'Raw attention (where it looked)',
  'attention-rollout': 'Attention rollout (where it looked)',
};

export const explanationHeading = '## Explanations';

/** What a model card says of its explanations, as Markdown. */
export function explanationSection(figures: ExplanationFigures): string {
  const { beats, byClass, source, random, signal, distance, layers, methods } = figures;
  const classes = Object.entries(byClass).map(([name, count]) => `${name} ${count}`);
  const order = (name: string, curves: RemovalCurves) =>
    `| ${name} | ${shown(curves.deletion)} | ${shown(curves.insertion)} | | | |`;
  const row = (method: ExplanationMethod) => {
    const { deletion, insertion, randomized, agreement, completenessError } = methods[method];
    const cells = [shown(deletion), shown(insertion), shown(randomized.at(-1)!), shown(agreement)];
    return `| ${names[method]} | ${cells.join(' | ')} | ${completenessError === null ? '' : shown(completenessError)} |`;
  };
  const best = bestMethod(figures);
  const gain = methods[best].deletion - distance.deletion;
  const unproven = explanationMethods.filter(
    (method) => isExplaining(method) && methods[method].deletion < signal.deletion,
  );
  return `${explanationHeading}
What the program shows under a beat is about the branch of the model that sees the beat's shape: the mean probability of
its networks, N and S as one. "Removed" is: replaced by the patient's own template. Counted on ${beats} beats
(${classes.join(', ')}): ${source}.

Deletion: mean fall of the probability of the class the model gives, while the beat is removed, what matters most first,
33 ms at a time. Insertion: mean rise as it is put back. Randomized: rank correlation with the explanation after all
weights of one network were drawn anew, from its last part to its first (${layers.join(', ')}); 0
is right. Agreement: rank correlation between networks that differ by their seed. Completeness: how far the values are
from adding up to the log-odds that they explain, in parts of them.

| | deletion | insertion | randomized | agreement | completeness error |
|---|---|---|---|---|---|
${explanationMethods.map(row).join('\n')}
${order('In random order', random)}
${order('By the size of the signal', signal)}
${order('By the distance from the template', distance)}

${
  unproven.length === 0
    ? 'Every method that claims to explain finds what matters better than the size of the signal does.'
    : `Not to be relied on, as the size of the signal alone finds what matters better: ${unproven.map((method) => names[method]).join(', ')}.`
}
The best by deletion is ${names[best]}: ${shown(Math.abs(gain))} ${gain > 0 ? 'more' : 'less'} than the mere distance from the template.
`;
}

const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace(/^-0\.00$/, '0.00'));
