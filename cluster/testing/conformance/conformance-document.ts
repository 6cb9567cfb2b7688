import type { KnownDifference } from './known-differences.ts';
import type { Story } from './story.ts';

/** cluster/CONFORMANCE.md: what the local platform is held to, and where it differs. */
export function conformanceDocument(stories: Story[], differences: KnownDifference[]): string {
  return `# How the local platform is held to Kubernetes

${stories.length} stories are played on genuine Kubernetes (kind, 1.34) and recorded: what each Pod went through, the Events, the conditions of Deployments, how many Pods there were at a time.
\`npm test\` plays them on the local platform and compares with the records; \`npm run test:kind\` plays them on genuine Kubernetes again. Sequences and sentences have to be the same, times to within the tolerance.

This file is written by the test.

| story | what it is about | tolerance |
|---|---|---|
${stories.map(({ name, title, toleranceMs }) => `| ${name} | ${title} | ${toleranceMs / 1000} s |`).join('\n')}

## What differs
${differences.map(({ story, line, reason }) => `- **${story}**, lines with \`${line}\`: ${reason}`).join('\n')}
`;
}
