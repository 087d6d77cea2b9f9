/** Layers, lowest first: an import goes down, never up and never sideways. docs/architecture.md shows them. */
const layers = [
  ['core'],
  ['oci'],
  ['http', 'step-kit'],
  ['registry', 'harbor', 'cluster'],
  ['image', 'sign', 'gate', 'rollout', 'report', 'certificates', 'doctor'],
  ['ci'],
  ['steps'],
  ['cli', 'codegen'],
];

/** Packages beside the layers: what they may import of ours. */
const beside = { 'dev-harbor': ['core', 'oci'], 'dev-cluster': ['core', 'oci'], testkit: ['core', 'oci', 'step-kit'] };

const folders = (names) => `^packages/(${names.join('|')})/`;

const layerRules = layers.map((names, index) => ({
  name: `layer-${index}-imports-down`,
  comment: `${names.join(', ')}: may import only from the layers below`,
  severity: 'error',
  from: { path: `^packages/(${names.join('|')})/src/` },
  to: {
    path: '^packages/([^/]+)/',
    pathNot: [
      ...layers
        .slice(0, index)
        .flat()
        .map((name) => `^packages/${name}/`),
      ...names.map((name) => `^packages/${name}/`),
    ].concat(index === layers.length - 1 ? [folders(['dev-harbor', 'dev-cluster'])] : []),
  },
}));

const sidewaysRules = layers.flatMap((names) =>
  names.map((name) => ({
    name: `${name}-imports-no-neighbour`,
    comment: 'packages of one layer do not know each other',
    severity: 'error',
    from: { path: `^packages/${name}/src/` },
    to: { path: folders(names.filter((other) => other !== name).concat('none')) },
  })),
);

const besideRules = Object.entries(beside).map(([name, allowed]) => ({
  name: `${name}-imports-little`,
  comment: `${name} imports only ${allowed.join(', ')}: it never shares code with the clients that it serves or tests`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: '^packages/([^/]+)/', pathNot: [folders([...allowed, name])] },
}));

export default {
  forbidden: [
    // Cycles of modules are found by biome's noImportCycles, which tells imports of types from others.
    {
      name: 'no-undeclared',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'steps-do-not-know-the-ci',
      comment: 'steps talk to the CI through the Runtime port only; the front ends join the two',
      severity: 'error',
      from: { path: '^packages/steps/src/' },
      to: { path: '^packages/ci/' },
    },
    {
      name: 'only-ci-knows-actions',
      severity: 'error',
      from: { path: '^packages/(?!ci/)' },
      to: { path: 'node_modules/@actions/' },
    },
    ...layerRules,
    ...sidewaysRules,
    ...besideRules,
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['actions/dist', '^[.]'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
