/**
 * Replaces `$(VAR)` in a value, command or argument; what `lookup` does not know stays as it is, `$$` stands for `$`, and the result is not
 * expanded again (third_party/forked/golang/expansion).
 */
export const expand = (text: string, lookup: (name: string) => string | undefined): string =>
  text.replace(/\$(\$|\(([^)]*)\))/g, (whole, what: string, name: string | undefined) =>
    what === '$' ? '$' : (lookup(name ?? '') ?? whole),
  );
