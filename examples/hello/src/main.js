import ms from 'ms';
import { createService } from './service.js';

const port = Number(process.env.PORT ?? 8080);
const gracePeriod = ms(process.env.GRACE_PERIOD ?? '10s');
const { server, stop } = createService({ version: process.env.VERSION ?? 'development' });

server.listen(port, () => console.log(`listening on port ${server.address().port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    console.log(`${signal}: finishing open requests`);
    setTimeout(() => process.exit(1), gracePeriod).unref();
    await stop();
    process.exit(0);
  });
}
