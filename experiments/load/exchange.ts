import type { Dispatcher } from 'undici';
import { classifyError } from './classify-error.ts';

/** One request as it goes out. */
export interface Asked {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  /** null: none. */
  body: string | null;
  timeoutMs: number;
  /** The connection ends with the answer. */
  closes?: boolean;
  /** Whether what the body says is wanted; its bytes are counted anyhow. */
  keepsBody: boolean;
}

/** What came of a request; always something. */
export interface Answer {
  /** 0 where no whole answer came. */
  status: number;
  /** Why none came, as classifyError names it; '' where one did. */
  error: string;
  /** Of the answer's body. */
  bytes: number;
  /** '' where it was not wanted. */
  text: string;
  /** Header `x-served-by`. */
  servedBy: string | undefined;
}

/** A request on its way. */
export interface Exchange {
  /** Never rejects. */
  readonly answer: Promise<Answer>;
  /** Gives it up, as a graceful stop does that has waited long enough. */
  cut(): void;
}

/** Sends one request. Nothing lies between it and the connection, as at a thousand a second each layer is felt. */
export function exchange(dispatcher: Dispatcher, asked: Asked): Exchange {
  const { origin, path, method, headers, body, timeoutMs, closes = false, keepsBody } = asked;
  let settle: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((resolve) => {
    settle = resolve;
  });
  let controller: Dispatcher.DispatchController | undefined;
  let givenUp: Error | undefined;
  let [status, bytes] = [0, 0];
  const chunks: Buffer[] = [];
  let servedBy: string | undefined;
  const giveUp = (error: Error): void => {
    if (givenUp) return;
    givenUp = error;
    fail(error);
    controller?.abort(error);
  };
  const timer = setTimeout(() => giveUp(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')), timeoutMs);
  const fail = (error: unknown): void => {
    clearTimeout(timer);
    settle({ status: 0, error: classifyError(error), bytes, text: '', servedBy });
  };
  try {
    dispatcher.dispatch(
      // The time limit is that of the whole exchange, above.
      { origin, path, method: method as Dispatcher.HttpMethod, headers, body, reset: closes, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(its) {
          controller = its;
          if (givenUp) its.abort(givenUp); // it had waited for a connection
        },
        onResponseStart(_its, code, answered) {
          status = code;
          const by = answered['x-served-by'];
          if (typeof by === 'string') servedBy = by;
        },
        onResponseData(_its, chunk) {
          bytes += chunk.length;
          if (keepsBody) chunks.push(chunk);
        },
        onResponseEnd() {
          clearTimeout(timer);
          settle({ status, error: '', bytes, text: Buffer.concat(chunks).toString('utf8'), servedBy });
        },
        onResponseError: (_its, error) => fail(error),
      },
    );
  } catch (error) {
    fail(error); // what cannot be sent, for example a header that is none
  }
  return { answer, cut: () => giveUp(new DOMException('cut by the end of the load', 'AbortError')) };
}
