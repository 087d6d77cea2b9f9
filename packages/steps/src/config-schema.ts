import { declarationsOf, type InputDeclarations, kebabName, type Step } from '@harbor-pilot/step-kit';

/** The JSON Schema of harbor-pilot.yml, derived from the declarations of all steps. */
export function configSchema(steps: readonly Step[]): Readonly<Record<string, unknown>> {
  const root: SchemaNode = { type: 'object', additionalProperties: false, properties: {} };
  for (const [name, declaration] of steps.flatMap((step) => Object.entries(declarationsOf(step)))) {
    if (declaration.config === undefined) continue;
    const parts = declaration.config.split('.');
    const leaf = parts.pop() ?? kebabName(name);
    let node = root;
    for (const part of parts) {
      node.properties[part] ??= { type: 'object', additionalProperties: false, properties: {} };
      node = node.properties[part] as SchemaNode;
    }
    node.properties[leaf] = { description: declaration.description, ...leafSchema(declaration) };
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'harbor-pilot.yml', ...root };
}

interface SchemaNode {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

function leafSchema(declaration: InputDeclarations[string]): Readonly<Record<string, unknown>> {
  const fallback = declaration.default === undefined ? {} : { default: declaration.default };
  switch (declaration.kind) {
    case 'boolean':
      return { type: 'boolean', ...fallback };
    case 'choice':
      return { enum: declaration.choices, ...fallback };
    case 'list': {
      const { choices } = declaration;
      return {
        type: ['array', 'string'],
        items: choices === undefined ? { type: 'string' } : { enum: choices },
        ...fallback,
      };
    }
    case 'lines':
      return { type: ['array', 'object', 'string'], items: { type: 'string' }, ...fallback };
    case 'duration':
      return { type: ['integer', 'string'], pattern: '^(\\d+|(\\d+[smhd])+)$', ...fallback };
    case 'number':
      return {
        type: declaration.isWhole ? 'integer' : 'number',
        minimum: declaration.least,
        maximum: declaration.most,
        ...fallback,
      };
    case 'structure':
      return declaration.schema;
    default:
      return { type: 'string', ...fallback };
  }
}
