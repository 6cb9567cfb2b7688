import { StringDecoder } from 'node:string_decoder';

/** Makes lines of bytes that come in pieces. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  /** What has come since the last line ended. */
  rest = '';

  /** The lines that this piece completes, empty ones too. */
  push(chunk: Buffer): string[] {
    const lines = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = lines.pop() ?? '';
    return lines;
  }
}
