import { deflateRawSync } from 'node:zlib';

/** How much is compressed at once, in bytes. */
const pieceBytes = 1 << 18;

/** Most bytes that UTF-8 takes for one UTF-16 code unit. */
const bytesPerUnit = 3;

/**
 * At most how large texts are once they are compressed together. They are compressed in pieces, quickly and forgotten:
 * whoever compresses the whole does it better.
 */
export class CompressedSize {
  readonly #piece = Buffer.allocUnsafe(pieceBytes);
  #used = 0;
  #compressed = 0;

  /** @param text of at most some 80,000 characters. */
  add(text: string): void {
    if (this.#used + text.length * bytesPerUnit > pieceBytes) {
      this.#compressed += deflateRawSync(this.#piece.subarray(0, this.#used), { level: 1 }).length;
      this.#used = 0;
    }
    this.#used += this.#piece.write(text, this.#used);
  }

  /** In bytes; what does not fill a piece yet counts as it is. */
  get atMost(): number {
    return this.#compressed + this.#used;
  }
}
