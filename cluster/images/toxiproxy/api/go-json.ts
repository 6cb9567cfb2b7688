export type Json = null | boolean | string | GoNumber | Json[] | { [key: string]: Json };

/** A number as it was written: what is not whole is refused with its own digits. */
export class GoNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The first JSON value of a text, as Go's json.Decoder reads it; what follows is not looked at. Throws an Error in its words. */
export function parseGoJson(text: string): Json {
  return new Parser(text).first();
}

const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const literals: Record<string, [text: string, value: Json]> = { t: ['true', true], f: ['false', false], n: ['null', null] };
/** What JSON.stringify would escape, it escapes as strconv.Quote does, near enough. */
const quote = (c: string): string => (c === "'" ? "'\\''" : c === '"' ? "'\"'" : `'${JSON.stringify(c).slice(1, -1)}'`);

class Parser {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  first(): Json {
    if (this.peek() === '') throw new Error('EOF');
    return this.value();
  }

  /** The next character that is no white space; '' at the end. */
  private peek(): string {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at += 1;
    return this.text.charAt(this.at);
  }

  private next(): string {
    const c = this.text.charAt(this.at);
    if (c === '') throw new Error('unexpected EOF');
    this.at += 1;
    return c;
  }

  private refuse(c: string, where: string): never {
    if (c === '') throw new Error('unexpected EOF');
    throw new Error(`invalid character ${quote(c)} ${where}`);
  }

  private value(): Json {
    const c = this.peek();
    if (c === '{') return this.object();
    if (c === '[') return this.array();
    if (c === '"') return this.string();
    if (c === '-' || /\d/.test(c)) return this.number();
    const [literal, value] = literals[c] ?? this.refuse(c, 'looking for beginning of value');
    for (const expected of literal) {
      const got = this.next();
      if (got !== expected) this.refuse(got, `in literal ${literal} (expecting ${quote(expected)})`);
    }
    return value;
  }

  private object(): Json {
    const members: [string, Json][] = [];
    this.at += 1;
    if (this.peek() === '}') this.at += 1;
    else
      for (;;) {
        if (this.peek() !== '"') this.refuse(this.peek(), 'looking for beginning of object key string');
        const key = this.string();
        if (this.peek() !== ':') this.refuse(this.peek(), 'after object key');
        this.at += 1;
        members.push([key, this.value()]);
        const c = this.peek();
        if (c !== ',' && c !== '}') this.refuse(c, 'after object key:value pair');
        this.at += 1;
        if (c === '}') break;
      }
    return Object.fromEntries(members);
  }

  private array(): Json {
    const items: Json[] = [];
    this.at += 1;
    if (this.peek() === ']') this.at += 1;
    else
      for (;;) {
        items.push(this.value());
        const c = this.peek();
        if (c !== ',' && c !== ']') this.refuse(c, 'after array element');
        this.at += 1;
        if (c === ']') break;
      }
    return items;
  }

  private string(): string {
    let read = '';
    this.at += 1;
    for (;;) {
      const c = this.next();
      if (c === '"') return read;
      if (c < ' ') this.refuse(c, 'in string literal');
      read += c === '\\' ? this.escape() : c;
    }
  }

  private escape(): string {
    const c = this.next();
    if (c !== 'u') return escapes[c] ?? this.refuse(c, 'in string escape code');
    let digits = '';
    while (digits.length < 4) {
      const digit = this.next();
      if (!/[\da-f]/i.test(digit)) this.refuse(digit, 'in \\u hexadecimal character escape');
      digits += digit;
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(): Json {
    const start = this.at;
    if (this.text.charAt(this.at) === '-') this.at += 1;
    this.digits('in numeric literal', this.text.charAt(this.at) === '0' ? 1 : undefined);
    if (this.text.charAt(this.at) === '.') {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.text.charAt(this.at))) {
      this.at += 1;
      if (/[+-]/.test(this.text.charAt(this.at))) this.at += 1;
      this.digits('in exponent of numeric literal');
    }
    return new GoNumber(this.text.slice(start, this.at));
  }

  private digits(where: string, atMost = Number.POSITIVE_INFINITY): void {
    if (!/\d/.test(this.text.charAt(this.at))) this.refuse(this.text.charAt(this.at), where);
    for (let n = 0; n < atMost && /\d/.test(this.text.charAt(this.at)); n += 1) this.at += 1;
  }
}
