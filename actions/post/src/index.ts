import { endProcess, runPost } from '@harbor-pilot/ci';

await endProcess(await runPost(async (inputs) => (await import('./log-out.ts')).logOut(inputs)));
