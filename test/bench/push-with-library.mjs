// node push-with-library.mjs LAYOUT HOST: pushes the image of a layout over plain HTTP, to shop/app:v1.
import { createHttp } from '@harbor-pilot/http';
import { openLayout } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';

const [directory, host] = process.argv.slice(2);
const layout = await openLayout(directory);
const [root] = await layout.roots();
await createRegistry({ http: createHttp({}), host, plainHttp: true }).pushImage('shop/app', root, layout, {
  tags: ['v1'],
});
