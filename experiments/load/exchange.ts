import type { Dispatcher } from 'undici';
import { classifyError } from './classify-error.ts';

/** One request as it goes out. */
export interface Asked {
  origin: string;
  path: string;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  /** null: none. */
  body: string | null;
  /** The connection ends with the answer. */
  reset: boolean;
  /** Zero: the time limit is that of the whole exchange. */
  headersTimeout: 0;
  bodyTimeout: 0;
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

export interface ExchangeOptions {
  timeoutMs: number;
  /** Whether what the body says is wanted; its bytes are counted anyhow. */
  keepsBody: boolean;
  /** Called once for each start, never from within it. */
  done: (answer: Answer) => void;
}

/**
 * A request on its way. Nothing lies between it and the connection, not even a promise, and one that has been answered can be started again: at
 * thousands a second each object is felt (`npm run bench`).
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly options: ExchangeOptions;
  private timer: NodeJS.Timeout | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private givenUp: Error | undefined;
  private underWay = false;
  private status = 0;
  private bytes = 0;
  private chunks: Buffer[] | undefined;
  private servedBy: string | undefined;

  constructor(options: ExchangeOptions) {
    this.options = options;
  }

  /** Whether it can be started again: what was given up may still hear of its connection. */
  get isClean(): boolean {
    return this.givenUp === undefined && !this.underWay;
  }

  /** Sends it; the answer is for `done`. */
  start(dispatcher: Dispatcher, asked: Asked): void {
    this.underWay = true;
    this.controller = undefined;
    this.status = 0;
    this.bytes = 0;
    this.chunks = undefined;
    this.servedBy = undefined;
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(expire, this.options.timeoutMs, this);
    try {
      dispatcher.dispatch(asked, this);
    } catch (error) {
      // What cannot be sent, for example a header that is none.
      setImmediate(() => this.giveUp(error as Error));
    }
  }

  /** Gives it up, as a graceful stop does that has waited long enough. */
  cut(): void {
    this.giveUp(new DOMException('cut by the end of the load', 'AbortError'));
  }

  /** It is of no use any more, so that its timer holds nobody up. */
  end(): void {
    clearTimeout(this.timer);
  }

  giveUp(error: Error): void {
    if (!this.underWay) return;
    this.fail(error);
    this.controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.givenUp) controller.abort(this.givenUp); // it had waited for a connection
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    const servedBy = headers['x-served-by'];
    if (typeof servedBy === 'string') this.servedBy = servedBy;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (!this.options.keepsBody) return;
    if (this.chunks) this.chunks.push(chunk);
    else this.chunks = [chunk];
  }

  onResponseEnd(): void {
    this.settle(this.status, '', this.chunks ? Buffer.concat(this.chunks).toString('utf8') : '');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.underWay) this.fail(error);
  }

  private fail(error: Error): void {
    this.givenUp = error;
    this.settle(0, classifyError(error), '');
  }

  private settle(status: number, error: string, text: string): void {
    if (!this.underWay) return;
    this.underWay = false;
    const { bytes, servedBy } = this;
    this.options.done({ status, error, bytes, text, servedBy });
  }
}

const expire = (exchange: Exchange): void => exchange.giveUp(new DOMException('no answer within the time-out', 'TimeoutError'));
