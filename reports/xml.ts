// What XML 1.0 has no way to write: control characters, lone surrogates and the two non-characters (XML 1.0, 2.2 Char).
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that have to go
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

/** Text or an attribute's value in XML; what XML cannot write becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(unwritable, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;');
}

/** An element; children are XML already. */
export function element(name: string, attributes: Record<string, string | number>, children: string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>\n${children.map(indent).join('\n')}\n</${name}>`;
}

const indent = (xml: string): string => xml.replace(/^/gm, '  ');
