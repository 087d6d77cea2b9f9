import { ASN1Obj, X509Certificate } from '@sigstore/core';

/** A certificate that keeps its bytes and whom it was found to be of: for each signature the library asks all of a chain again. */
export class KnownCertificate extends X509Certificate {
  readonly #der: Buffer;
  readonly #isOf = new WeakMap<X509Certificate, boolean>();

  constructor(der: Uint8Array) {
    super(ASN1Obj.parseBuffer(Buffer.from(der)));
    this.#der = Buffer.from(der);
  }

  override verify(issuer: X509Certificate = this): boolean {
    const isOf = this.#isOf.get(issuer) ?? super.verify(issuer);
    this.#isOf.set(issuer, isOf);
    return isOf;
  }

  override equals(other: X509Certificate): boolean {
    return other instanceof KnownCertificate ? this.#der.equals(other.#der) : super.equals(other);
  }
}
