import type { Action, Command, CommandLine } from './command.ts';
import { invalidAt, type SourceLine } from './dockerfile.ts';
import { expand } from './expand.ts';
import type { RuntimeConfig } from './image-config.ts';
import { type StageState, variablesOf } from './stage-state.ts';

/** Actions that change only the config. */
export type SettingAction = Exclude<Action, { kind: 'copy' | 'run' | 'workdir' | 'arg' }>;

/**
 * Applies an instruction that changes nothing but the config.
 * @throws PilotError DOCKERFILE_INVALID
 */
export function runSetting(action: SettingAction, command: Command, state: StageState): void {
  const variables = variablesOf(state);
  const filled = (text: string): string => expand(text, { variables, escapeWith: command.escapeWith, at: command.at });
  if (action.kind === 'maintainer') {
    state.author = action.value;
    return;
  }
  if (action.kind === 'cmd') state.hasCmd = true;
  if (action.kind === 'env') for (const [name] of action.pairs) state.args.delete(filled(name));
  state.runtime = { ...state.runtime, ...settingOf(action, command.at, state, filled) };
  if (action.kind === 'entrypoint' && !state.hasCmd) {
    const { Cmd: _dropped, ...runtime } = state.runtime;
    state.runtime = runtime;
  }
}

function settingOf(
  action: Exclude<SettingAction, { kind: 'maintainer' }>,
  at: SourceLine,
  { runtime }: StageState,
  filled: (text: string) => string,
): RuntimeConfig {
  switch (action.kind) {
    case 'env':
      return {
        Env: action.pairs.reduce((env, [name, value]) => setEnv(env, filled(name), filled(value)), runtime.Env ?? []),
      };
    case 'label':
      return {
        Labels: {
          ...runtime.Labels,
          ...Object.fromEntries(action.pairs.map(([name, value]) => [filled(name), filled(value)])),
        },
      };
    case 'user':
      return { User: filled(action.value) };
    case 'stopsignal':
      return { StopSignal: checkSignal(filled(action.value), at) };
    case 'expose':
      return { ExposedPorts: { ...runtime.ExposedPorts, ...exposedPorts(action.words.map(filled), at) } };
    case 'volume':
      return { Volumes: { ...runtime.Volumes, ...volumes(action.words.map(filled), at) } };
    case 'entrypoint':
      return { Entrypoint: commandWords(action.command, runtime) };
    case 'cmd':
      return { Cmd: commandWords(action.command, runtime) };
    case 'shell':
      return { Shell: action.words };
    case 'healthcheck':
      return { Healthcheck: action.check };
    case 'onbuild':
      return { OnBuild: [...(runtime.OnBuild ?? []), action.value] };
  }
}

function setEnv(env: readonly string[], name: string, value: string): string[] {
  const pair = `${name}=${value}`;
  const index = env.findIndex((one) => one.startsWith(`${name}=`));
  return index < 0 ? [...env, pair] : env.with(index, pair);
}

function commandWords(command: CommandLine, runtime: RuntimeConfig): readonly string[] {
  if ('words' in command) return command.words;
  return [...(runtime.Shell ?? ['/bin/sh', '-c']), command.line];
}

function checkSignal(signal: string, at: SourceLine): string {
  if (/^(?:[1-9][0-9]?|(?:SIG)?[A-Z][A-Z0-9]*(?:[+-][0-9]+)?)$/i.test(signal)) return signal;
  throw invalidAt(at, `"${signal}" is not a signal`, 'Write SIGTERM or a number.');
}

function volumes(paths: readonly string[], at: SourceLine): Record<string, object> {
  if (paths.some((path) => path === '')) throw invalidAt(at, 'a VOLUME has no path');
  return Object.fromEntries(paths.map((path) => [path, {}]));
}

/** `80`, `53/udp`, `8000-8003`; several in one value when it came from a variable. */
function exposedPorts(values: readonly string[], at: SourceLine): Record<string, object> {
  const words = values.flatMap((value) => value.split(/\s+/)).filter((word) => word !== '');
  return Object.fromEntries(
    words.flatMap((word) => {
      const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
      const first = Number(match?.[1]);
      const last = Number(match?.[2] ?? match?.[1]);
      if (match === null || first > last || last > 65535) {
        throw invalidAt(at, `"${word}" is not a port`, 'Write 8080, 53/udp or 8000-8003.');
      }
      const protocol = (match[3] ?? 'tcp').toLowerCase();
      return Array.from({ length: last - first + 1 }, (_, index) => [`${first + index}/${protocol}`, {}]);
    }),
  );
}
