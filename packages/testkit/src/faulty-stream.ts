import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** A fault in the middle of a body. */
export type BodyFault = Extract<Fault, { readonly kind: 'reset' | 'stall' | 'corrupt' | 'truncate' | 'trickle' }>;

// What has passed must reach the other side before the connection is cut.
const deliveryMilliseconds = 30;

/**
 * A stream in which one thing goes wrong.
 * @param cut called when a reset or a truncation is due, once.
 */
export function faultyStream(fault: BodyFault, cut: () => void): Transform {
  if (fault.kind === 'trickle') return trickle(fault.bytesPerSecond);
  return fault.kind === 'corrupt' ? corrupting(fault.afterBytes) : ending(fault, cut);
}

function ending(fault: { readonly kind: string; readonly afterBytes: number }, cut: () => void): Transform {
  let room = fault.afterBytes;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    if (fault.kind !== 'stall') setTimeout(cut, deliveryMilliseconds);
  };
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isOver) return;
      if (chunk.length < room) {
        room -= chunk.length;
        done(null, chunk);
        return;
      }
      this.push(chunk.subarray(0, room));
      end();
    },
    // Shorter than expected: it happens at the end.
    flush: () => (isOver ? undefined : end()),
  });
  if (room <= 0) end();
  return stream;
}

function corrupting(position: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = position - passed;
      passed += chunk.length;
      if (at < 0 || at >= chunk.length) {
        done(null, chunk);
        return;
      }
      const changed = Buffer.from(chunk);
      changed[at] = (changed[at] ?? 0) ^ 1;
      done(null, changed);
    },
  });
}

function trickle(bytesPerSecond: number): Transform {
  const pieces = async (stream: Transform, chunk: Buffer): Promise<void> => {
    for (const byte of chunk) {
      if (stream.destroyed) return;
      stream.push(Buffer.of(byte));
      await delay(1000 / bytesPerSecond);
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pieces(this, chunk).then(() => done(), done);
    },
  });
}
