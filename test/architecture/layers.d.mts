interface LayerRule {
  name: string;
  severity: string;
  from: Record<string, unknown>;
  to: Record<string, unknown>;
}
declare const layers: { forbidden: LayerRule[]; options: Record<string, unknown> };
export default layers;
