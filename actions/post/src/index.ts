import { runPost } from '@harbor-pilot/ci';

process.exitCode = await runPost(async (inputs) => (await import('./log-out.ts')).logOut(inputs));
