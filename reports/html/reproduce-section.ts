import type { Journal } from '../../experiments/engine/journal.ts';
import { formatNumber } from '../check-words.ts';
import { html, type Markup } from './markup.ts';

/** All it takes to run the same again. */
export function reproduceSection(journal: Journal): Markup {
  const { platform, experiment, variants } = journal;
  return html`<section id="reproduce">
<h2>Run it again</h2>
<pre tabindex="0" aria-label="Command"><code>${journal.command}</code></pre>
<dl class="facts">
<div><dt>Seed</dt><dd>${journal.seed}</dd></div>
<div><dt>shoplab</dt><dd>${journal.shoplab}</dd></div>
<div><dt>Platform</dt><dd>${platform.name}, Kubernetes ${platform.kubernetes}</dd></div>
<div><dt>Machine</dt><dd>${platform.os}, ${platform.cpus} CPUs, ${formatNumber(Math.round((platform.memoryBytes / 2 ** 30) * 10) / 10)} GiB, Node ${platform.node}</dd></div>
<div><dt>Manifests</dt><dd>${variants.map((variant) => variant.overlay).join(', ') || 'none applied'}</dd></div>
<div><dt>Tags</dt><dd>${experiment.tags.join(', ') || 'none'}</dd></div>
</dl>
<p class="muted">${experiment.description}</p>
</section>`;
}
