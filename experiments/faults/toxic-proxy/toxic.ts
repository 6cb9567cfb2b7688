/** A toxic as Toxiproxy's API takes it: its attributes are milliseconds, KB/s, bytes, for slicer microseconds. */
export interface Toxic {
  type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slow_close' | 'slicer' | 'limit_data';
  /** `<type>_<stream>` if absent; no two of a fault may have the same. */
  name?: string;
  /** `downstream`, from the service to its clients, if absent. */
  stream?: 'upstream' | 'downstream';
  /** 0..1, the share of connections that it acts on; 1 if absent. */
  toxicity?: number;
  attributes: {
    /** latency */
    latency?: number;
    jitter?: number;
    /** bandwidth */
    rate?: number;
    /** timeout, reset_peer */
    timeout?: number;
    /** slow_close, slicer */
    delay?: number;
    /** slicer */
    average_size?: number;
    size_variation?: number;
    /** limit_data */
    bytes?: number;
  };
}

/** `latency (latency 3000, jitter 300) on 50 % of the connections, upstream`, for sentences. */
export function describeToxic({ type, stream = 'downstream', toxicity = 1, attributes }: Toxic): string {
  const set = Object.entries(attributes).map(([name, value]) => `${name} ${value}`);
  const share = toxicity < 1 ? ` on ${Math.round(toxicity * 100)} % of the connections` : '';
  return `${type}${set.length > 0 ? ` (${set.join(', ')})` : ''}${share}${stream === 'upstream' ? ', upstream' : ''}`;
}
