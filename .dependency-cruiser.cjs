/**
 * The import layers of ARCHITECTURE.md. A module imports only from lower layers, and from another
 * folder only its api.ts; `base` and `host` are open. Tests may reach further.
 */
const LAYERS = [
  ['base'],
  ['host'],
  ['substrate', 'engine'],
  ['tiles'],
  ['catalog'],
  ['memory', 'magnetic'],
  ['ingest', 'scan'],
  ['query'],
  ['tasks', 'cells'],
  ['wire', 'protocols', 'operate'],
  ['cli'],
];

const NOT_A_TEST = '\\.(test|bench|test-support)\\.ts$';

/** No folder of a layer imports from a layer above it, or from another folder beside it. */
const upwards = LAYERS.slice(0, -1).flatMap((layer, level) =>
  layer.map((folder) => ({
    name: `${folder}-imports-only-downwards`,
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: NOT_A_TEST },
    to: {
      path: [
        ...LAYERS.slice(level + 1).flat(),
        ...layer.filter((neighbour) => neighbour !== folder),
      ].map((other) => `^src/${other}/`),
    },
  })),
);

/** From another folder only its api.ts. */
const doors = LAYERS.flat()
  .filter((folder) => !['base', 'host'].includes(folder))
  .map((folder) => ({
    name: `${folder}-is-entered-by-its-api`,
    severity: 'error',
    from: { path: '^src/[^/]+/', pathNot: [NOT_A_TEST, `^src/${folder}/`] },
    to: { path: `^src/${folder}/`, pathNot: ['/api\\.ts$'] },
  }));

const PURE = '^src/(base|tiles|query/(parse|analyse|plan|lower))/';

module.exports = {
  forbidden: [
    ...upwards,
    ...doors,
    {
      name: 'query-flows-one-way',
      comment: 'parse ← analyse ← plan ← lower ← execute',
      severity: 'error',
      from: { path: '^src/query/(parse|analyse|plan|lower)/', pathNot: NOT_A_TEST },
      to: { path: '^src/query/execute/' },
    },
    {
      name: 'parse-imports-no-later-stage',
      severity: 'error',
      from: { path: '^src/query/parse/', pathNot: NOT_A_TEST },
      to: { path: '^src/query/(analyse|plan|lower|execute)/' },
    },
    {
      name: 'analyse-imports-no-later-stage',
      severity: 'error',
      from: { path: '^src/query/analyse/', pathNot: NOT_A_TEST },
      to: { path: '^src/query/(plan|lower|execute)/' },
    },
    {
      name: 'pure-code-does-no-io',
      comment: 'It also runs in a browser and in simulations.',
      severity: 'error',
      from: { path: PURE, pathNot: NOT_A_TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-the-substrate-and-the-doors-touch-the-machine',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [NOT_A_TEST, '^src/(host|substrate|engine|wire|cli)/', '^src/[^/]+\\.ts$'],
      },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|fs/promises|net|http|https|child_process|os|dgram)$',
      },
    },
    {
      name: 'only-the-engine-knows-duckdb',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/engine/', NOT_A_TEST] },
      to: { path: '@duckdb' },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
