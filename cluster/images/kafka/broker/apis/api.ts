import type { BrokerState } from '../broker-state.ts';
import type { RequestReader } from '../request-reader.ts';
import type { ResponseWriter } from '../response-writer.ts';

export interface Request {
  version: number;
  clientId: string;
  clientHost: string;
  body: RequestReader;
  /** Aborted when the client is gone: what waits for data stops then. */
  gone: AbortSignal;
}

/** One API of the protocol. `handle` answers null where the client wants no answer (produce with acks 0). */
export interface Api {
  key: number;
  name: string;
  /** Lowest version that is answered; 0 is advertised, as old clients look at the maximum alone. */
  minVersion: number;
  maxVersion: number;
  handle(request: Request, state: BrokerState): ResponseWriter | null | Promise<ResponseWriter | null>;
}
