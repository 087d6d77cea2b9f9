import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PilotError } from '@harbor-pilot/core';
import { extract } from 'tar-stream';

/** The files of a Helm chart that Harbor shows. */
export interface ChartFiles {
  readonly readme: string | undefined;
  readonly values: string | undefined;
}

/** Far above what charts need. */
const limitBytes = 64 * 1024 ** 2;

/**
 * Reads a packed chart; the names of its files are known in upper and lower case.
 * @throws PilotError CONTENT_HOSTILE when it is none, or larger than 64 MiB unpacked.
 */
export async function readChart(archive: Buffer | undefined): Promise<ChartFiles> {
  const files = new Map<string, string>();
  const entries = extract();
  let unpackedBytes = 0;
  const read = async (): Promise<void> => {
    for await (const entry of entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        unpackedBytes += chunk.length;
        if (unpackedBytes > limitBytes) throw new Error(`it has more than ${limitBytes} bytes`);
        chunks.push(chunk);
      }
      const name = /^(?:\.\/)?[^/]+\/(.+)$/.exec(entry.header.name)?.[1] ?? '';
      files.set(name.toUpperCase(), Buffer.concat(chunks).toString());
    }
  };
  try {
    await Promise.all([read(), pipeline(Readable.from([archive ?? Buffer.alloc(0)]), createGunzip(), entries)]);
    if (!files.has('CHART.YAML')) throw new Error('it has no Chart.yaml');
  } catch (cause) {
    throw new PilotError('CONTENT_HOSTILE', `a chart cannot be read: ${String(cause)}`, {
      cause,
      hint: 'Pack the chart with "helm package" and push it again.',
    });
  }
  return { readme: files.get('README.MD'), values: files.get('VALUES.YAML') };
}
