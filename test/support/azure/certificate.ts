/** TLS among processes of a test: a certificate of this machine, made for the test. */
import tls, { type SecureContextOptions } from 'node:tls';
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Of `localhost`, and of further names. */
export async function localCertificate(...names: string[]): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...['localhost', ...names].map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}

/**
 * Has every connection of this process trust a certificate too, as NODE_EXTRA_CA_CERTS does for one that is started with it.
 * @returns what undoes it
 */
export function trust({ cert }: Certificate): () => void {
  const create = tls.createSecureContext;
  tls.createSecureContext = (options: SecureContextOptions = {}) =>
    create({ ca: [...tls.rootCertificates, cert], ...options });
  return () => void (tls.createSecureContext = create);
}
