export interface ImageName {
  /** Without the registry where it is Docker's: `postgres`, `shoplab/order`, `ghcr.io/shopify/toxiproxy`. */
  name: string;
  /** `latest` where none is given. */
  tag: string;
}

const REFERENCE =
  /^((?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@[a-z0-9]+:[a-f0-9]{32,})?$/;

/** Parses an image reference as Docker does; undefined where it is none. */
export function parseImageName(reference: string): ImageName | undefined {
  const [, name, tag = 'latest'] = REFERENCE.exec(reference) ?? [];
  return name ? { name: name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, ''), tag } : undefined;
}
