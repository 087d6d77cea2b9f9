import { randomUUID } from 'node:crypto';
import { asString } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { fetchMetadata } from '../scan/adapter-client.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { textQuery } from '../server/parameters.ts';
import { badRequest, internalError, invalidField, notFound, Refusal } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Scanner } from '../store/scanners.ts';
import { answerScanners, viewRegistration, viewScanner } from './scanner-view.ts';

/** Scanner registrations. */
export const scannerRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/scanners', handle: listScanners, lists: true },
  { method: 'POST', pattern: '/scanners', handle: createScanner },
  { method: 'POST', pattern: '/scanners/ping', handle: pingScanner },
  { method: 'GET', pattern: '/scanners/{uuid}', handle: showScanner },
  { method: 'PUT', pattern: '/scanners/{uuid}', handle: changeScanner },
  { method: 'PATCH', pattern: '/scanners/{uuid}', handle: makeDefault },
  { method: 'DELETE', pattern: '/scanners/{uuid}', handle: deleteScanner },
  { method: 'GET', pattern: '/scanners/{uuid}/metadata', handle: showMetadata },
];

type Registration = Omit<Scanner, 'uuid' | 'isDefault' | 'createdAt' | 'updatedAt'>;

const fields: Fields = {
  name: 'string',
  description: 'string',
  url: 'string',
  auth: 'string',
  access_credential: 'string',
  disabled: 'boolean',
  skip_certVerify: 'boolean',
  use_internal_addr: 'boolean',
};

/** Parameters of an earlier version of the list: what a field contains, and by `ex_…` what it is. */
const filters: readonly (readonly [string, (scanner: Scanner, text: string) => boolean])[] = [
  ['name', ({ name }, text) => contains(name, text)],
  ['description', ({ description }, text) => contains(description, text)],
  ['url', ({ url }, text) => contains(url, text)],
  ['ex_name', ({ name }, text) => name === text],
  ['ex_url', ({ url }, text) => url === text],
];

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

async function listScanners(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSystem(exchange, 'scanner:list');
  const wanted = harbor.scanners.all().filter((scanner) =>
    filters.every(([name, fits]) => {
      const text = textQuery(exchange, name);
      return text === undefined || fits(scanner, text);
    }),
  );
  await answerScanners(harbor, exchange, wanted);
}

async function createScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'registration', fields);
  const registration = registrationOf(body);
  harbor.authorizer.requireSystem(exchange, 'scanner:create');
  requireSense(registration);
  requireFreeName(registration);
  await requireAnswer(registration);
  if (isTaken(harbor, registration)) {
    throw new Refusal(409, [
      { code: 'UNKNOWN', message: 'dao: create registration: registration name or url already exists' },
    ]);
  }
  const now = timeOf(harbor);
  const uuid = randomUUID();
  const isDefault = harbor.scanners.all().length === 0 ? 1 : 0;
  harbor.scanners.create({ ...registration, uuid, isDefault, createdAt: now, updatedAt: now });
  exchange.created(`${apiBase}/scanners/${uuid}`);
}

async function pingScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'settings', fields);
  const registration = registrationOf(body);
  harbor.authorizer.requireSystem(exchange, 'scanner:read');
  requireSense(registration);
  await requireAnswer(registration);
  exchange.empty(200);
}

async function showScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  exchange.json(200, await viewScanner(harbor, requireScanner(harbor, exchange, 'scanner:read')));
}

/** Nobody asks whether there is a scanner at a new address. Without credentials the known ones stay. */
async function changeScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'registration', fields);
  const asked = registrationOf(body);
  const scanner = requireScanner(harbor, exchange, 'scanner:update');
  const keepsCredential =
    asked.credential === '' && authenticates(asked.auth) && harbor.version.hidesScannerCredentials;
  const registration = keepsCredential ? { ...asked, credential: scanner.credential } : asked;
  requireSense(registration);
  // Harbor never lets its default scanner be switched off, and says so as an internal error.
  if (scanner.isDefault === 1 && registration.isDisabled === 1) throw internalError();
  requireFreeName(registration);
  if (isTaken(harbor, registration, scanner.uuid)) throw internalError();
  harbor.scanners.change(scanner.uuid, { ...registration, updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

async function makeDefault(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'payload', { is_default: 'boolean' });
  harbor.authorizer.requireSystem(exchange, 'scanner:update');
  const uuid = exchange.parameter('uuid');
  if (body.is_default === true) {
    const scanner = harbor.scanners.byId(uuid);
    if (scanner === undefined || scanner.isDisabled === 1) throw notFound(`registration ${uuid} not found`);
    harbor.scanners.makeDefault(uuid);
  }
  exchange.empty(200);
}

function deleteScanner(harbor: Harbor, exchange: Exchange): void {
  const scanner = requireScanner(harbor, exchange, 'scanner:delete');
  harbor.scanners.delete(scanner.uuid);
  harbor.reports.deleteOf(scanner.uuid);
  exchange.json(200, { ...viewRegistration(harbor.version, scanner), capabilities: null });
}

async function showMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSystem(exchange, 'scanner:read');
  const uuid = exchange.parameter('uuid');
  const scanner = harbor.scanners.byId(uuid);
  if (scanner === undefined) throw notFound(`registration ${uuid} not found`);
  const metadata = await harbor.scanJobs.metadataOf(scanner);
  if (metadata === undefined) throw internalError();
  exchange.json(200, metadata);
}

function requireScanner(harbor: Harbor, exchange: Exchange, permission: string): Scanner {
  harbor.authorizer.requireSystem(exchange, permission);
  const uuid = exchange.parameter('uuid');
  const scanner = harbor.scanners.byId(uuid);
  if (scanner === undefined) throw notFound(`scanner ${uuid} not found`);
  return scanner;
}

/** @throws Refusal 422 for what is missing, and for what is no address. */
function registrationOf(body: Body): Registration {
  const missing = ['name', 'url'].filter((field) => body[field] === undefined);
  const [name = '', url = ''] = [body.name, body.url].map(asString);
  const problems = missing.map((field) => `${field} in body is required`);
  if (body.url !== undefined && !isRequestUri(url)) problems.push(`url in body must be of type uri: "${url}"`);
  if (problems.length > 0) throw invalidField(problems.join('\n'));
  const flag = (field: string): 0 | 1 => (body[field] === true ? 1 : 0);
  return {
    name,
    description: asString(body.description) ?? '',
    url: addressOf(url),
    auth: asString(body.auth) ?? '',
    credential: asString(body.access_credential) ?? '',
    isDisabled: flag('disabled'),
    skipsVerification: flag('skip_certVerify'),
    usesInternalAddress: flag('use_internal_addr'),
  };
}

/** Of `http` unless it says otherwise, and without slashes at its end, a query or a fragment. */
function addressOf(url: string): string {
  const bare = url
    .replace(/^ +| +$/g, '')
    .replace(/\/+$/, '')
    .replace(/[?#].*$/, '');
  return bare === '' || bare.includes('://') ? bare : `http://${bare}`;
}

/** Also a path alone counts. */
const isRequestUri = (text: string): boolean => text.startsWith('/') || URL.canParse(text);

/**
 * Refuses a registration that makes no sense.
 * @throws Refusal 400.
 */
function requireSense({ name, url, auth, credential }: Registration): void {
  if (name === '') throw badRequest('missing registration name');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? 'http';
  if (url === '') throw badRequest('scanner registration validate: empty string');
  if (scheme !== 'http' && scheme !== 'https') {
    throw badRequest(`scanner registration validate: invalid HTTP scheme: ${scheme}`);
  }
  if (auth !== '' && !authenticates(auth)) throw badRequest(`auth type ${auth} is not supported`);
  if (auth !== '' && credential === '') throw badRequest(`access_credential is required for auth type ${auth}`);
}

const authenticates = (auth: string): boolean => ['Basic', 'Bearer', 'X-ScannerAdapter-API-Key'].includes(auth);

/** The name of the scanner that comes with a real Harbor is not for others. */
function requireFreeName({ name }: Registration): void {
  if (name === 'Trivy') throw badRequest(`name "${name}" is reserved, please try a different name`);
}

function isTaken(harbor: Harbor, { name, url }: Registration, ownUuid?: string): boolean {
  const others = [harbor.scanners.byUrl(url), harbor.scanners.byName(name)];
  return others.some((other) => other !== undefined && other.uuid !== ownUuid);
}

async function requireAnswer(registration: Pick<Scanner, 'url' | 'auth' | 'credential'>): Promise<void> {
  await fetchMetadata(registration).catch(() => {
    throw internalError();
  });
}
