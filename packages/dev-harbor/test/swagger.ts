import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

/** Harbor's description of its API, beside the repository. */
export const swaggerFile = resolve(
  fileURLToPath(new URL('../../..', import.meta.url)),
  '../shared/data/harbor-swagger/swagger.yaml',
);
export const hasSwagger = existsSync(swaggerFile);

interface Swagger {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly schema?: object }>>;
}

/** Validates answers against Harbor's own description of them. */
export class SwaggerCheck {
  readonly #swagger: Swagger;
  readonly #ajv: Ajv;

  constructor() {
    this.#swagger = parse(readFileSync(swaggerFile, 'utf8'));
    this.#ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(this.#ajv);
    for (const format of ['int', 'int8', 'uint64', 'float64']) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema({ $id: 'swagger', definitions: toJsonSchema(this.#swagger.definitions) });
  }

  /** What is wrong with the body of an answer: `operation: place: complaint`, a line each. */
  problems(method: string, path: string, status: number, body: unknown): string[] {
    const found = this.#find(method, path);
    if (found === undefined) return [`${method} ${path}: there is no such operation`];
    const { schema } = found.operation.responses[status] ?? {};
    if (schema === undefined) return [];
    const check = this.#ajv.compile(toJsonSchema(schema) as object) as ValidateFunction;
    if (check(body)) return [];
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      const place = instancePath.replaceAll(/\/\d+/g, '/*');
      const name = params.additionalProperty === undefined ? '' : ` (${params.additionalProperty})`;
      return `${method} ${found.pattern}: ${place}: ${message}${name}`;
    });
  }

  #find(method: string, path: string): { readonly pattern: string; readonly operation: Operation } | undefined {
    const names = (pattern: string) => pattern.split('{').length;
    const fits = Object.entries(this.#swagger.paths)
      .filter(([pattern]) => new RegExp(`^${pattern.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`).test(path))
      .sort(([a], [b]) => names(a) - names(b));
    for (const [pattern, operations] of fits) {
      const operation = operations[method.toLowerCase()];
      if (operation !== undefined) return { pattern, operation };
    }
    return undefined;
  }
}

/** Swagger 2.0 to JSON schema: null by `x-nullable`, other places of references; objects have the described fields and no others. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]): [string, unknown] =>
    key === '$ref' ? [key, `swagger${field}`] : [key, toJsonSchema(field)],
  );
  const schema = Object.fromEntries(entries);
  if (schema.type === 'object' && schema.properties !== undefined) schema.additionalProperties ??= false;
  return schema['x-nullable'] === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}
