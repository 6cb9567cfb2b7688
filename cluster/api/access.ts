import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';

/** What a server proves itself by, and what a client must bring. */
export interface Access {
  key: string;
  cert: string;
  ca: string;
  token: string;
}

const day = 24 * 60 * 60 * 1000;

/** A certificate authority of our own, a certificate for loopback signed by it, and a token. */
export async function makeAccess(): Promise<Access> {
  const { generate } = await import('selfsigned');
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notAfterDate: new Date(Date.now() + 365 * day) } as const;
  const ca = await generate([{ name: 'commonName', value: 'shoplab-ca' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const altNames = [
    { type: 7, ip: '127.0.0.1' },
    { type: 2, value: 'localhost' },
  ] as const;
  const leaf = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'subjectAltName', altNames: [...altNames] },
      { name: 'extKeyUsage', serverAuth: true },
    ],
  });
  return { key: leaf.private, cert: leaf.cert, ca: ca.cert, token: randomBytes(24).toString('base64url') };
}

/** A kubeconfig for the server at that port, as YAML; the namespace is that of its context. */
export function kubeconfig(access: Access, port: number, namespace = 'default'): string {
  const name = 'shoplab';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': Buffer.from(access.ca).toString('base64') },
      },
    ],
    users: [{ name, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  });
}
