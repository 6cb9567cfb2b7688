/**
 * The addresses of one lab: a /16 of 127.0.0.0/8, all of which is loopback on Linux and Windows, or of 10.0.0.0/8, for the network of a container
 * engine. `prefix` is its first two numbers, for example `127.37`. The node is .0.1; Pods have .1.0 to .199.255, Services .200.0 to .255.254.
 */
export class LabNetwork {
  readonly prefix: string;
  constructor(prefix: string) {
    if (!/^(127|10)\.([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/.test(prefix))
      throw new Error(`'${prefix}' is not the beginning of a /16 for a lab, as 127.37 or 10.64`);
    this.prefix = prefix;
  }
  /** Address of the node; NodePorts listen on it. */
  get nodeIP(): string {
    return `${this.prefix}.0.1`;
  }
  /** Address of the cluster's DNS server. */
  get dnsIP(): string {
    return `${this.prefix}.0.10`;
  }
  /** Address of what carries connections from this machine into the network, where they need that. */
  get relayIP(): string {
    return `${this.prefix}.0.11`;
  }
  /** Port of the cluster's DNS server: not 53, which needs root. */
  get dnsPort(): number {
    return 10053;
  }
  /** The n-th address of Pods, n from 0; undefined beyond the last. */
  podIP(n: number): string | undefined {
    return n < 199 * 256 ? `${this.prefix}.${1 + Math.floor(n / 256)}.${n % 256}` : undefined;
  }
  /** The n-th address of Services, n from 0; undefined beyond the last. */
  serviceIP(n: number): string | undefined {
    return n < 55 * 256 + 254 ? `${this.prefix}.${200 + Math.floor((n + 1) / 256)}.${(n + 1) % 256}` : undefined;
  }
  /** Whether it is one of these addresses. */
  has(address: string): boolean {
    return address.startsWith(`${this.prefix}.`);
  }
  /** Whether the address may be asked for as a clusterIP. */
  isServiceIP(address: string): boolean {
    const numbers = address.split('.').map(Number);
    return this.has(address) && numbers.length === 4 && (numbers[2] ?? 0) >= 200;
  }
}
