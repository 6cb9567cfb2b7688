import type { KnownDifference } from './known-differences.ts';
import type { Least, Story } from './story.ts';
import { notCompared } from './transcript.ts';

/** cluster/CONFORMANCE.md: what the local platform is held to, and where it differs. */
export function conformanceDocument(stories: Story[], differences: KnownDifference[]): string {
  return `# How the local platform is held to Kubernetes

${stories.length} stories are played on genuine Kubernetes (kind, 1.34) and recorded: what each Pod went through, the Events, the conditions of Deployments, how many Pods there were at a time.
\`npm test\` plays them on the local platform and compares with the records; \`npm run test:stories\` plays them on genuine Kubernetes again. Sequences and sentences have to be the same, times to within the tolerance. What may not come sooner, whatever the machine, is named beside it: the records keep to it, too.

This file is written by the test.

| story | what it is about | tolerance | not sooner than |
|---|---|---|---|
${stories.map(({ name, title, toleranceMs, least }) => `| ${name} | ${title} | ${toleranceMs / 1000} s | ${leastText(least)} |`).join('\n')}

## What differs
${differences.map(({ story, line, reason }) => `- **${story}**, lines with \`${line}\`: ${reason}`).join('\n')}

## What is not compared
${notCompared.map(({ what, reason }) => `- **${what}**: ${reason}.`).join('\n')}
`;
}

const leastText = (least: readonly Least[] = []): string => least.map(({ ms, because }) => `${ms / 1000} s: ${because}`).join('; ');
