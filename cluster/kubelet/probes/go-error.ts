/** A failed connection in Go's words, as Kubernetes' Events have it. */
export function dialError(error: NodeJS.ErrnoException, host: string, port: number): string {
  const dial = `dial tcp ${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${dial}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `${dial}: connect: no route to host`;
    case 'ENETUNREACH':
      return `${dial}: connect: network is unreachable`;
    case 'EADDRNOTAVAIL':
      return `${dial}: connect: cannot assign requested address`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}: no such host`;
    case 'ETIMEDOUT':
      return `${dial}: i/o timeout`;
    case 'ECONNRESET':
      return error.message === 'socket hang up' ? 'EOF' : `read tcp ${host}:${port}: read: connection reset by peer`;
    default:
      return `${dial}: ${error.message}`;
  }
}
