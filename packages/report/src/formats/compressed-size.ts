import { deflateRaw, deflateRawSync } from 'node:zlib';

/** How much is compressed at once, in bytes. */
const pieceBytes = 1 << 18;

/** Most bytes that UTF-8 takes for one UTF-16 code unit. */
const bytesPerUnit = 3;

/** Quickly: whoever compresses the whole does it better. */
const options = { level: 1 };

/** How many pieces other threads are at. */
const piecesInWork = 4;

/**
 * At most how large texts are once they are compressed together. They are compressed in pieces, and forgotten; in other
 * threads, while more text is made, as long as the rough answer is enough.
 */
export class CompressedSize {
  /** Memory for pieces, used again and again: the collector would let it lie. */
  readonly #free = Array.from({ length: piecesInWork }, () => Buffer.allocUnsafe(pieceBytes));
  readonly #inWork = new Set<Buffer>();
  #piece = Buffer.allocUnsafe(pieceBytes);
  #used = 0;
  #compressed = 0;

  /** @param text of at most some 80,000 characters. */
  add(text: string): void {
    if (this.#used + text.length * bytesPerUnit > pieceBytes) this.#compress();
    this.#used += this.#piece.write(text, this.#used);
  }

  /** Whether it is so many bytes; what does not fill a piece yet counts as it is. */
  reaches(bytes: number): boolean {
    const known = this.#compressed + this.#used;
    if (known + this.#inWork.size * pieceBytes < bytes) return false;
    for (const piece of this.#inWork) this.#settle(piece, deflateRawSync(piece, options));
    return this.#compressed + this.#used >= bytes;
  }

  #compress(): void {
    const [piece, next] = [this.#piece.subarray(0, this.#used), this.#free.pop()];
    this.#inWork.add(piece);
    if (next === undefined) {
      this.#settle(piece, deflateRawSync(piece, options));
    } else {
      const memory = this.#piece;
      deflateRaw(piece, options, (error, deflated) => {
        this.#settle(piece, error === null ? deflated : piece);
        this.#free.push(memory);
      });
      this.#piece = next;
    }
    this.#used = 0;
  }

  #settle(piece: Buffer, deflated: Buffer): void {
    if (this.#inWork.delete(piece)) this.#compressed += deflated.length;
  }
}
