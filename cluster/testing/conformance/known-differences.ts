/** A line by which the local platform differs from genuine Kubernetes on purpose, or cannot but differ. */
export interface KnownDifference {
  story: string;
  /** What the line of the comparison contains. */
  line: string;
  reason: string;
}

export const knownDifferences: KnownDifference[] = [
  {
    story: 'no-such-image',
    line: 'Failed to pull image',
    reason: 'Why an image cannot be had is told in the words of whoever should have it: there the registry, here the table of images.',
  },
];
