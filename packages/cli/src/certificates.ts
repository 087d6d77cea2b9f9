import { resolve } from 'node:path';
import { runInCi } from '@harbor-pilot/ci';
import { formatCount, formatTime, PilotError } from '@harbor-pilot/core';
import { otherVariables, type Runtime } from '@harbor-pilot/step-kit';
import type { Command } from 'commander';
import { readPassword } from './password.ts';

const passwordName = otherVariables.pkcs12Password;
const passwordHelp = `\nThe password of PKCS#12 files comes as ${passwordName}, or on standard input.`;

interface PasswordFlags {
  readonly passwordStdin?: true;
}

interface CreateFlags extends PasswordFlags {
  readonly out: string;
  readonly host: readonly string[];
  readonly client: readonly string[];
  readonly keyType: string;
  readonly days: string;
  readonly caDays: string;
  readonly pkcs12?: true;
  readonly force?: true;
}

interface LayoutFlags extends PasswordFlags {
  readonly host: string;
  readonly ca: string;
  readonly out: string;
  readonly for: readonly string[];
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

interface CheckFlags extends PasswordFlags {
  readonly days: string;
  readonly json?: true;
}

/** Adds the commands that make, revoke, lay out and check certificates. */
export function addCertificates(program: Command, exit: (code: number) => void): void {
  const group = program
    .command('certificates')
    .description(
      'Make the certificates of a small site, lay them out for what has to trust it, and check when they expire.',
    );
  addCreate(group, exit);
  addRevoke(group, exit);
  addLayout(group, exit);
  addCheck(group, exit);
}

function addCreate(group: Command, exit: (code: number) => void): void {
  group
    .command('create')
    .description(
      'Make an authority, a certificate for a server, and some for clients; again: renew what is about to expire.',
    )
    .requiredOption('--out <folder>', 'Folder of the authority and all that it signs.')
    .requiredOption('--host <names>', 'Names of the server, wildcards and IP addresses among them.', addNames)
    .option('--client <names>', 'Names of clients to make certificates for.', addNames, [])
    .option('--key-type <type>', 'Type of new keys: ecdsa-p256, rsa-2048, rsa-3072 or rsa-4096.', 'ecdsa-p256')
    .option('--days <days>', 'How long certificates are good.', '90')
    .option('--ca-days <days>', 'How long the authority is good.', '3650')
    .option('--pkcs12', 'Write PKCS#12 files, too.')
    .option('--password-stdin', 'Read the password of PKCS#12 files from standard input.')
    .option('--force', 'Make new keys for the server and the clients in place of those that are there.')
    .addHelpText('after', passwordHelp)
    .action(async (flags: CreateFlags) => exit(await runInCi((runtime) => create(runtime, flags))));
}

async function create(runtime: Runtime, flags: CreateFlags): Promise<void> {
  const { createCertificates, keyTypes } = await import('@harbor-pilot/certificates');
  const password = flags.pkcs12 === true ? await findPassword(runtime, flags) : undefined;
  if (flags.pkcs12 === true && password === undefined) throw missingPassword();
  const files = await createCertificates({
    directory: resolve(runtime.workspace, flags.out),
    hosts: flags.host,
    clients: flags.client,
    keyType: choose('key-type', flags.keyType, keyTypes),
    durationDays: parseDays('days', flags.days),
    authorityDurationDays: parseDays('ca-days', flags.caDays),
    force: flags.force === true,
    now: runtime.clock.now(),
    ...(password === undefined ? {} : { pkcs12Password: password }),
  });
  for (const { path, action, why, expiresAt } of files) {
    const reason = why === undefined ? '' : ` because ${why}`;
    runtime.info(`${action} ${path}${reason}; it expires ${formatTime(expiresAt)}`);
  }
}

function addRevoke(group: Command, exit: (code: number) => void): void {
  group
    .command('revoke')
    .description('Add certificates to the revocation list of an authority, and make the list anew.')
    .argument('[files...]', 'Certificates to revoke; none to make the list good for longer.')
    .requiredOption('--out <folder>', 'Folder of the authority.')
    .option('--days <days>', 'How long the list is good.', '30')
    .action(async (files: readonly string[], flags: { out: string; days: string }) => {
      const body = async (runtime: Runtime): Promise<void> => {
        const { revokeCertificates } = await import('@harbor-pilot/certificates');
        const { path, count, nextUpdate } = await revokeCertificates({
          directory: resolve(runtime.workspace, flags.out),
          certificates: files.map((file) => resolve(runtime.workspace, file)),
          durationDays: parseDays('days', flags.days),
          now: runtime.clock.now(),
        });
        runtime.info(`${path} names ${formatCount(count, 'certificate')} and is good until ${formatTime(nextUpdate)}`);
        runtime.info('Servers that read it (ssl_crl of nginx) must load it again.');
      };
      exit(await runInCi(body));
    });
}

function addLayout(group: Command, exit: (code: number) => void): void {
  group
    .command('layout')
    .description('Write the files with which programs trust a registry, and say where they belong.')
    .requiredOption('--host <host>', 'Host of the registry, with its port where that is not 443.')
    .requiredOption('--ca <file>', 'Certificate of its authority.')
    .requiredOption('--out <folder>', 'Folder to write to.')
    .requiredOption(
      '--for <targets>',
      'What is to trust it: docker, containerd, podman, buildkit, java, kubernetes, cert-manager.',
      addNames,
    )
    .option('--client-certificate <file>', 'Certificate to show to the registry, PEM.')
    .option('--client-key <file>', 'Its key, PEM.')
    .option('--password-stdin', 'Read the password of the trust store of Java from standard input.')
    .addHelpText('after', passwordHelp)
    .action(async (flags: LayoutFlags) => exit(await runInCi((runtime) => layout(runtime, flags))));
}

async function layout(runtime: Runtime, flags: LayoutFlags): Promise<void> {
  const { layoutTargets, writeLayouts } = await import('@harbor-pilot/certificates');
  const path = (file: string): string => resolve(runtime.workspace, file);
  const { clientCertificate, clientKey } = flags;
  if ((clientCertificate === undefined) !== (clientKey === undefined)) {
    throw new PilotError('INPUT_INVALID', 'of --client-certificate and --client-key only one is given', {
      hint: 'Give both, or none.',
    });
  }
  const storePassword = await findPassword(runtime, flags);
  const written = await writeLayouts({
    directory: path(flags.out),
    targets: flags.for.map((target) => choose('for', target, layoutTargets)),
    host: flags.host,
    caFile: path(flags.ca),
    ...(clientCertificate === undefined || clientKey === undefined
      ? {}
      : { clientFiles: { certificate: path(clientCertificate), key: path(clientKey) } }),
    ...(storePassword === undefined ? {} : { storePassword }),
  });
  for (const { target, paths, advice } of written) {
    runtime.info(`${target}:`);
    for (const file of paths) runtime.info(`  wrote ${file}`);
    for (const line of advice) runtime.info(`  ${line}`);
  }
}

function addCheck(group: Command, exit: (code: number) => void): void {
  group
    .command('check')
    .description(
      'Say whose certificates they are and when they expire; exit code 5 when one does soon, or is not valid now.',
    )
    .argument('<targets...>', 'Files (PEM, DER, PKCS#12), folders, and hosts as harbor.example.com:443.')
    .option('--days <days>', 'Days that each must still be good.', '21')
    .option('--password-stdin', 'Read the password of PKCS#12 files from standard input.')
    .option('--json', 'Print the certificates, or the error, as JSON on standard output.')
    .addHelpText('after', passwordHelp)
    .action(async (targets: readonly string[], flags: CheckFlags) => {
      exit(await runInCi((runtime) => check(runtime, targets, flags), { json: flags.json === true }));
    });
}

async function check(runtime: Runtime, targets: readonly string[], flags: CheckFlags): Promise<void> {
  const { checkCertificates, describeCertificate, requireGood } = await import('@harbor-pilot/certificates');
  const minimumDays = parseDays('days', flags.days);
  const failures: PilotError[] = [];
  const checked = await checkCertificates({
    targets,
    baseDirectory: runtime.workspace,
    minimumDays,
    pkcs12Password: (await findPassword(runtime, flags)) ?? '',
    clock: runtime.clock,
    signal: runtime.signal,
    failed: (error) => void failures.push(error),
  });
  for (const certificate of checked) for (const line of describeCertificate(certificate)) runtime.info(line);
  if (flags.json === true) runtime.setOutput('certificates', JSON.stringify(checked));
  const [first, ...others] = failures;
  // Only one of all that is wrong can be the error.
  const isGood = checked.every(({ state }) => state === 'good');
  for (const { message } of isGood ? others : failures) runtime.warn(message);
  requireGood(checked, minimumDays);
  if (first !== undefined) throw first;
}

async function findPassword(runtime: Runtime, flags: PasswordFlags): Promise<string | undefined> {
  const password =
    flags.passwordStdin === true ? await readPassword(process.stdin) : runtime.environment[passwordName] || undefined;
  if (password !== undefined) runtime.mask(password);
  return password;
}

function missingPassword(): PilotError {
  return new PilotError('INPUT_INVALID', 'PKCS#12 files need a password', {
    hint: `Give it as ${passwordName}, or with --password-stdin.`,
  });
}

function choose<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new PilotError('INPUT_INVALID', `--${flag} is "${value}"`, { hint: `Choose from ${allowed.join(', ')}.` });
}

/** Names with commas between them; the flag may be given several times. */
function addNames(value: string, before: readonly string[] = []): readonly string[] {
  const names = value.split(',').map((name) => name.trim());
  return [...before, ...names.filter((name) => name !== '')];
}

function parseDays(flag: string, text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= 36_500) return days;
  throw new PilotError('INPUT_INVALID', `--${flag} is "${text}"`, { hint: 'Give a whole number of days, 1 or more.' });
}
