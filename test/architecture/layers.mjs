/** Who may import whom, checked by dependency-cruiser; the reasons are in ARCHITECTURE.md. */
const mayImport = {
  domain: [],
  contract: ['domain'],
  formats: ['domain'],
  detect: ['domain'],
  engine: ['domain'],
  evaluate: ['domain'],
  store: ['domain'],
  report: ['domain', 'evaluate'],
  library: ['domain', 'contract', 'store', 'formats', 'evaluate'],
  review: ['domain', 'contract', 'store', 'evaluate', 'report'],
  training: ['domain', 'contract', 'store', 'evaluate'],
};
const inMain = (...folders) => `^src-main/(${folders.join('|')})/`;
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, allowed]) =>
      rule(
        `${folder} imports only ${allowed.join(', ') || 'itself'}`,
        { path: inMain(folder) },
        { path: '^src-', pathNot: inMain(folder, ...allowed) },
      ),
    ),
    rule('every folder is listed', { path: '^src-main/', pathNot: inMain(...Object.keys(mayImport), 'host') }, {}),
    rule('domain is pure', { path: inMain('domain') }, { dependencyTypes: ['core', 'npm', 'npm-dev'] }),
    rule(
      'renderer sees contract and domain',
      { path: '^src-renderer/' },
      { path: '^src-main/', pathNot: inMain('contract', 'domain') },
    ),
    rule(
      'screens are apart',
      { path: '^src-renderer/screens/([^/]+)/' },
      { path: '^src-renderer/screens/', pathNot: '^src-renderer/screens/$1/' },
    ),
    rule(
      'one door to uPlot',
      { path: '^src-', pathNot: '^src-renderer/ui/waveform/' },
      { path: 'node_modules/uplot/' },
    ),
    rule(
      'one door to SQLite',
      { path: '^src-', pathNot: '^src-main/store/' },
      { path: 'node_modules/better-sqlite3/' },
    ),
    rule(
      'one door to Electron',
      { path: '^src-', pathNot: '^src-main/host/electron/' },
      { path: '^electron$|node_modules/electron/' },
    ),
    rule('no cycles', {}, { circular: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
