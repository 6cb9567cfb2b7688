/** HTML that is safe to write: made by `html` alone, which escapes all that is put into it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | undefined | false | Part[];

/** A template whose values are escaped, unless they are Markup themselves; undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.reduce((out, string, n) => out + write(parts[n - 1]) + string));
}

function write(part: Part): string {
  if (part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(write).join('');
  return part instanceof Markup ? part.text : escapeHtml(String(part));
}

/** Text or an attribute's value; characters that no document may hold, or that could not be seen, become U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replace(unwritable, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON for the inside of a script element: nothing in it can end the element or a line of JavaScript. */
export function scriptJson(data: unknown): Markup {
  return new Markup(JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]|\p{Surrogate}/gu;
