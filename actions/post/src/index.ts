import { runPost } from '@harbor-pilot/ci';

process.exitCode = await runPost();
