import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** A browser to look at reports with, where this machine has one. */
export function findChromium(path = process.env.PATH ?? ''): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false; // not here: the next may be
      }
    });
}

export interface View {
  widthPx: number;
  heightPx?: number;
  scheme?: 'light' | 'dark';
  hasJavaScript?: boolean;
}

/** A headless Chromium, spoken to by its DevTools protocol over a pipe: no port, no package. */
export class Chromium {
  private readonly process: ChildProcess;
  private readonly profile: string;
  private readonly answers = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  private readonly listeners = new Set<(method: string, params: never, session: string) => void>();
  private lastId = 0;

  constructor(file: string) {
    this.profile = mkdtempSync(join(tmpdir(), 'shoplab-chromium-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];
    this.process = spawn(file, [...flags, '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${this.profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    (this.process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.take(JSON.parse(message));
    });
    this.process.once('exit', (code) => {
      for (const { reject } of this.answers.values()) reject(new Error(`chromium ended with ${code}`));
    });
  }

  /** Opens a file and waits until it is loaded; what it wrote to its console as an error or warning is in `complaints`. */
  async open(file: string, { widthPx, heightPx = 900, scheme = 'light', hasJavaScript = true }: View): Promise<Page> {
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    this.listeners.add((method, params, session) => session === sessionId && page.hear(method, params));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: widthPx,
      height: heightPx,
      deviceScaleFactor: 1,
      mobile: widthPx < 600,
    });
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    if (!hasJavaScript) await page.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.send('Page.navigate', { url: pathToFileURL(file).href });
    await page.loaded;
    return page;
  }

  send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.answers.set(id, { resolve, reject });
      (this.process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }

  /** Ends the browser and removes its profile. */
  async close(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.send('Browser.close').catch(() => undefined); // it may be gone before it answers
      await ended;
    }
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private take({ id, method, params, sessionId = '', result, error }: Message): void {
    if (id === undefined) {
      for (const listener of this.listeners) listener(method ?? '', params as never, sessionId);
      return;
    }
    const waiting = this.answers.get(id);
    this.answers.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result as never);
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  sessionId?: string;
  result?: unknown;
  error?: { message: string };
}

/** One open page. */
export class Page {
  /** Errors, warnings, exceptions and requests: of a good report there are none. */
  readonly complaints: string[] = [];
  readonly requests: string[] = [];
  readonly loaded: Promise<void>;
  private readonly browser: Chromium;
  private readonly session: string;
  private readonly target: string;
  private finish: () => void = () => undefined;

  constructor(browser: Chromium, session: string, target: string) {
    this.browser = browser;
    this.session = session;
    this.target = target;
    this.loaded = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  send<T>(method: string, params: object = {}): Promise<T> {
    return this.browser.send<T>(method, params, this.session);
  }

  /** Value of an expression in the page, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send<{ result: { value: T }; exceptionDetails?: { text: string } }>(
      'Runtime.evaluate',
      {
        expression,
        returnByValue: true,
        awaitPromise: true,
      },
    );
    if (exceptionDetails) throw new Error(`${exceptionDetails.text} in ${expression}`);
    return result.value;
  }

  /** The whole page as a PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true, format: 'png' });
    return Buffer.from(data, 'base64');
  }

  /** As it comes out of a printer. */
  async print(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>('Page.printToPDF', { printBackground: false });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    await this.browser.send('Target.closeTarget', { targetId: this.target });
  }

  hear(method: string, params: never): void {
    const { type, args, exceptionDetails, entry, request } = params as {
      type: string;
      args: { value?: unknown; description?: string }[];
      exceptionDetails: { text: string; exception?: { description?: string } };
      entry: { level: string; text: string };
      request: { url: string };
    };
    if (method === 'Page.loadEventFired') this.finish();
    else if (method === 'Runtime.consoleAPICalled')
      this.complaints.push(`${type}: ${args.map((arg) => arg.value ?? arg.description).join(' ')}`);
    else if (method === 'Runtime.exceptionThrown') this.complaints.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
    else if (method === 'Log.entryAdded') this.complaints.push(`${entry.level}: ${entry.text}`);
    else if (method === 'Network.requestWillBeSent') this.requests.push(request.url);
  }
}
