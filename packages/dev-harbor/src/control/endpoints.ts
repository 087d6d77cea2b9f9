import { asArray, asNumber, asObject, asString, toPilotError } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { type PlantedVulnerability, type ScriptedScan, severities } from '../scanner/index.ts';
import { type Body, type Fields, readBody, requireText } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, forbidden, notFound } from '../server/refusal.ts';
import type { DevHarborControl } from './control.ts';

/** Where the controls are: beside Harbor's own paths, never among them. */
export const controlBase = '/dev-harbor';

type Handler = (control: DevHarborControl, exchange: Exchange) => void | Promise<void>;

const handlers: Readonly<Record<string, Handler>> = {
  'PUT /scans': scriptScan,
  'DELETE /scans': (control) => control.forgetScripts(),
  'PUT /scanner': setScanner,
  'PUT /scan-queue': holdScans,
  'PUT /quota': fillQuota,
  'PUT /read-only': setReadOnly,
  'DELETE /tokens': (control) => control.expireTokens(),
};

/** Answers the paths of the controls, to the administrator alone: 204, or an error in Harbor's form. */
export async function serveControl(harbor: Harbor, control: DevHarborControl, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSignedIn(exchange);
  if (!harbor.authorizer.isAdministrator(exchange.principal)) throw forbidden('forbidden');
  const handle = handlers[`${exchange.method} ${exchange.path.slice(controlBase.length)}`];
  if (handle === undefined) throw notFound(`${exchange.method} ${exchange.path} was not found`);
  await handle(control, exchange);
  exchange.empty(204);
}

const scanFields: Fields = {
  repository: 'string',
  digest: 'string',
  vulnerabilities: 'array',
  failure: 'string',
  delaySeconds: 'integer',
};

async function scriptScan(control: DevHarborControl, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'scan', scanFields);
  const [digest, failure, delaySeconds] = [asString(body.digest), asString(body.failure), asNumber(body.delaySeconds)];
  const scan: ScriptedScan = {
    repository: requireText(body, 'repository'),
    ...(digest === undefined ? {} : { digest }),
    ...(failure === undefined ? {} : { failure }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
    ...(body.vulnerabilities === undefined ? {} : { vulnerabilities: asArray(body.vulnerabilities).map(readPlanted) }),
  };
  control.scriptScan(scan);
}

function readPlanted(value: unknown): PlantedVulnerability {
  const body: Body = asObject(value) ?? {};
  const severity = severities.find((one) => one === body.severity);
  if (severity === undefined) throw badRequest(`severity of a vulnerability has to be one of ${severities.join(', ')}`);
  const [fixVersion, description] = [asString(body.fixVersion), asString(body.description)];
  const [cvssScore, cvssVector] = [asNumber(body.cvssScore), asString(body.cvssVector)];
  return {
    id: requireText(body, 'id'),
    package: requireText(body, 'package'),
    version: requireText(body, 'version'),
    severity,
    ...(fixVersion === undefined ? {} : { fixVersion }),
    ...(description === undefined ? {} : { description }),
    ...(cvssScore === undefined ? {} : { cvssScore }),
    ...(cvssVector === undefined ? {} : { cvssVector }),
    links: textsOf(body.links),
    cwes: textsOf(body.cwes),
  };
}

const textsOf = (value: unknown): string[] => asArray(value).filter((item) => typeof item === 'string');

async function setScanner(control: DevHarborControl, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'scanner', { state: 'string' });
  const states = ['healthy', 'unhealthy', 'absent'] as const;
  const state = states.find((one) => one === body.state);
  if (state === undefined) throw badRequest(`state has to be one of ${states.join(', ')}`);
  control.setScanner(state);
}

async function holdScans(control: DevHarborControl, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'queue', { held: 'boolean' });
  if (typeof body.held !== 'boolean') throw badRequest('held has to be true or false');
  control.holdScans(body.held);
}

async function fillQuota(control: DevHarborControl, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'quota', { project: 'string', freeBytes: 'integer' });
  const project = requireText(body, 'project');
  try {
    control.fillQuota(project, asNumber(body.freeBytes));
  } catch (error) {
    throw badRequest(toPilotError(error).message);
  }
}

async function setReadOnly(control: DevHarborControl, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'mode', { readOnly: 'boolean' });
  if (typeof body.readOnly !== 'boolean') throw badRequest('readOnly has to be true or false');
  control.setReadOnly(body.readOnly);
}
