import type { CurvePoint } from '../../engine/train/checkpoint.ts';

interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash?: string;
  readonly values: readonly (number | undefined)[];
}

const widthPx = 420;
const heightPx = 260;
const margin = { left: 52, right: 16, top: 34, bottom: 58 };
const colors = ['#0b5cad', '#b3541e', '#2e7d32', '#7b3fa0', '#a3243b'];

/** Learning curves of one or several networks as an SVG of two panels: loss; accuracy and macro-F1 of held-out rows. */
export function learningCurvesSvg(title: string, networks: readonly (readonly CurvePoint[])[]): string {
  const named = (name: string, i: number) => (networks.length > 1 ? `${name}, network ${i + 1}` : name);
  const lines = (name: string, dash: string | undefined, valueOf: (point: CurvePoint) => number | undefined): Line[] =>
    networks.map((curve, i) => ({
      name: named(name, i),
      color: colors[i % colors.length],
      ...(dash ? { dash } : {}),
      values: curve.map(valueOf),
    }));
  const panels = [
    panel('Loss', [
      ...lines('training', '4 3', ({ trainingLoss }) => trainingLoss),
      ...lines('held-out rows', undefined, ({ validation }) => validation?.loss),
    ]),
    panel('Held-out rows', [
      ...lines('accuracy', '4 3', ({ validation }) => validation?.accuracy),
      ...lines('macro-F1', undefined, ({ validation }) => validation?.macroF1),
    ]),
  ];
  const height = heightPx + 28 + Math.max(0, networks.length * 2 - 2) * 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * widthPx} ${height}" width="${2 * widthPx}" height="${height}" font-family="Inter, Arial, sans-serif" font-size="11" fill="#1b1f24">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="18" font-size="13" font-weight="600">${escaped(title)}</text>`,
    ...panels.map((body, i) => `<g transform="translate(${i * widthPx} 20)">${body}</g>`),
    '</svg>\n',
  ].join('\n');
}

function panel(title: string, lines: readonly Line[]): string {
  const drawn = lines.filter(({ values }) => values.some((value) => value !== undefined));
  const heading = `<text x="${margin.left}" y="${margin.top - 10}" font-weight="600">${title}</text>`;
  if (drawn.length === 0)
    return `${heading}<text x="${margin.left}" y="${margin.top + 20}">no rows were held out</text>`;
  const all = drawn.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const step = tickStep(Math.max(...all) - Math.min(...all) || 1);
  const low = Math.floor(Math.min(...all) / step) * step;
  const high = Math.ceil(Math.max(...all) / step) * step || step;
  const epochs = Math.max(...drawn.map(({ values }) => values.length));
  const x = (epoch: number) =>
    margin.left + ((epoch - 1) / Math.max(1, epochs - 1)) * (widthPx - margin.left - margin.right);
  const y = (value: number) => margin.top + ((high - value) / (high - low)) * (heightPx - margin.top - margin.bottom);
  const rounded = (value: number) => value.toFixed(1);
  const grid = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step).map(
    (tick) =>
      `<path d="M${margin.left} ${rounded(y(tick))}H${widthPx - margin.right}" stroke="#d9dde2"/>` +
      `<text x="${margin.left - 6}" y="${rounded(y(tick) + 4)}" text-anchor="end">${tick.toFixed(step < 0.1 ? 2 : 1)}</text>`,
  );
  const every = Math.ceil(epochs / 8);
  const axis = Array.from({ length: epochs }, (_, i) => i + 1)
    .filter((epoch) => (epoch - 1) % every === 0 || epoch === epochs)
    .map(
      (epoch) =>
        `<text x="${rounded(x(epoch))}" y="${heightPx - margin.bottom + 15}" text-anchor="middle">${epoch}</text>`,
    );
  const paths = drawn.map(({ values, color, dash }) => {
    const points = values.flatMap((value, i) =>
      value === undefined ? [] : [`${rounded(x(i + 1))},${rounded(y(value))}`],
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="1.5"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  });
  const legend = drawn.map(({ name, color, dash }, i) => {
    const [left, top] = [margin.left + (i % 2) * 170, heightPx - margin.bottom + 34 + Math.floor(i / 2) * 15];
    return (
      `<path d="M${left} ${top}h22" stroke="${color}" stroke-width="1.5"${dash ? ` stroke-dasharray="${dash}"` : ''}/>` +
      `<text x="${left + 28}" y="${top + 4}">${name}</text>`
    );
  });
  const unit = `<text x="${widthPx - margin.right}" y="${margin.top - 10}" text-anchor="end" fill="#57606a">by epoch</text>`;
  return [heading, unit, ...grid, ...axis, ...paths, ...legend].join('\n');
}

/** A round step that gives about five ticks. */
function tickStep(range: number): number {
  const raw = range / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
