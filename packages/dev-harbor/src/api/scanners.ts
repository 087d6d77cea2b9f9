import { randomUUID } from 'node:crypto';
import { asString } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { fetchMetadata } from '../scan/adapter-client.ts';
import { type Body, type Fields, readBody, requireText } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { internalError, invalidField, notFound, Refusal } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Scanner } from '../store/scanners.ts';
import { scannerKeys, viewScanner } from './scanner-view.ts';

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

async function listScanners(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSystem(exchange, 'scanner:list');
  const views = new Map<string, unknown>();
  const items = harbor.scanners.all();
  for (const scanner of items) views.set(scanner.uuid, await viewScanner(harbor, scanner));
  answerList(exchange, { items, keys: scannerKeys, view: ({ uuid }) => views.get(uuid) });
}

async function createScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'registration', fields);
  const registration = registrationOf(body);
  requireText(body, 'name');
  harbor.authorizer.requireSystem(exchange, 'scanner:create');
  await requireAnswer(registration);
  if (
    harbor.scanners.byUrl(registration.url) !== undefined ||
    harbor.scanners.byName(registration.name) !== undefined
  ) {
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
  await requireAnswer(registration);
  exchange.empty(200);
}

async function showScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  exchange.json(200, await viewScanner(harbor, requireScanner(harbor, exchange, 'scanner:read')));
}

async function changeScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'registration', fields);
  const registration = registrationOf(body);
  const scanner = requireScanner(harbor, exchange, 'scanner:update');
  // Harbor never lets its default scanner be switched off, and says so as an internal error.
  if (scanner.isDefault === 1 && registration.isDisabled === 1) throw internalError();
  await requireAnswer(registration);
  harbor.scanners.change(scanner.uuid, { ...registration, updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

async function makeDefault(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'payload', { is_default: 'boolean' });
  const scanner = requireScanner(harbor, exchange, 'scanner:update');
  if (body.is_default === true) harbor.scanners.makeDefault(scanner.uuid);
  exchange.empty(200);
}

async function deleteScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const scanner = requireScanner(harbor, exchange, 'scanner:delete');
  const view = await viewScanner(harbor, scanner);
  harbor.scanners.delete(scanner.uuid);
  harbor.reports.deleteOf(scanner.uuid);
  exchange.json(200, view);
}

async function showMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  const metadata = await harbor.scanJobs.metadataOf(requireScanner(harbor, exchange, 'scanner:read'));
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

function registrationOf(body: Body): Omit<Scanner, 'uuid' | 'isDefault' | 'createdAt' | 'updatedAt'> {
  const url = requireText(body, 'url');
  if (!URL.canParse(url)) throw invalidField(`url in body must be of type uri: "${url}"`);
  const flag = (name: string): 0 | 1 => (body[name] === true ? 1 : 0);
  return {
    name: asString(body.name) ?? '',
    description: asString(body.description) ?? '',
    url,
    auth: asString(body.auth) ?? '',
    credential: asString(body.access_credential) ?? '',
    isDisabled: flag('disabled'),
    skipsVerification: flag('skip_certVerify'),
    usesInternalAddress: flag('use_internal_addr'),
  };
}

async function requireAnswer(registration: Pick<Scanner, 'url' | 'auth' | 'credential'>): Promise<void> {
  await fetchMetadata(registration).catch(() => {
    throw internalError();
  });
}
