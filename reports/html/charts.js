/* Draws the panels of the page: uPlot is there as a global, the data as JSON in the page. Without this script the tables say the same. */
(() => {
  const source = document.getElementById('chart-data');
  if (!source) return;
  const beganMs = performance.now();
  const { endS, variants } = JSON.parse(source.textContent);
  const uPlot = window.uPlot;
  const plots = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const leftPx = 64;
  const rightPx = 10;

  for (const figure of document.querySelectorAll('.panel')) {
    const variant = variants[Number(figure.dataset.variant)];
    const panel = variant.panels[Number(figure.dataset.panel)];
    const isLast = panel === variant.panels.at(-1);
    const place = figure.querySelector('.plot');
    const heightPx = isLast ? 122 : 96;
    const keys = [...figure.querySelectorAll('output')];
    const options = {
      width: Math.max(200, place.clientWidth),
      height: heightPx,
      padding: [6, rightPx, isLast ? 0 : 4, 0],
      legend: { show: false },
      cursor: { sync: { key: 'shoplab' }, drag: { x: false, y: false }, y: false, points: { size: 5 } },
      scales: { x: { time: false, range: [0, endS] }, y: { range: panel.levels ? [-0.25, panel.max + 0.25] : [0, panel.max * 1.08] } },
      axes: [timeAxis(isLast), panel.levels ? levelAxis(panel.levels) : valueAxis(isCount(panel))],
      series: [{}, ...looks(panel)],
      hooks: {
        drawClear: [(u) => drawFaults(u, variant.faults)],
        draw: [(u) => panel === variant.panels[0] && nameFaults(u, variant.faults)],
        setCursor: [(u) => tellValues(u, keys, panel.levels)],
      },
    };
    const plot = new uPlot(options, joined(panel), place);
    plots.push(plot);
    // How much is in the picture, for whoever looks whether it is there.
    figure.dataset.points = panel.series.reduce((sum, line) => sum + line.points.filter(([, value]) => value !== null).length, 0);
    new ResizeObserver(() => {
      if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height: heightPx });
    }).observe(place);
  }

  function looks(panel) {
    let plain = 0;
    return panel.series.map((line) => {
      const n = plain % 6;
      if (line.tone !== 'error') plain += 1;
      const name = line.tone === 'error' ? '--line-error' : `--line-${n}`;
      const dash = line.tone === 'error' ? [5, 3] : [[], [8, 3], [2, 3], [8, 3, 2, 3], [], [12, 3]][n];
      const paths = line.isStepped ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
      return {
        stroke: () => colour(name),
        width: 1.6,
        dash,
        paths,
        points: { show: (u, s) => isAlone(u.data[s]), size: 4 },
        spanGaps: false,
      };
    });
  }

  function joined(panel) {
    if (panel.series.length === 0) return [[0, endS]];
    return uPlot.join(panel.series.map((line) => [line.points.map(([at]) => at), line.points.map(([, value]) => value)]));
  }

  /** A line of one point, or of points with gaps around them, is no line: it is drawn as dots. */
  function isAlone(values) {
    const known = values.filter((value) => value != null).length;
    return known > 0 && !values.some((value, n) => value != null && values.slice(n + 1).find((next) => next !== undefined) != null);
  }

  function timeAxis(labelled) {
    return {
      stroke: () => colour('--muted'),
      grid: { stroke: () => colour('--rule'), width: 1 },
      ticks: { show: false },
      size: labelled ? 26 : 0,
      gap: 4,
      space: 46,
      font: '11px system-ui, sans-serif',
      values: (_, splits) => splits.map((value) => (labelled ? `${value} s` : '')),
    };
  }

  /** Pods and orders come whole: half a Pod is no tick. */
  function isCount(panel) {
    return panel.series.every((line) => line.points.every(([, value]) => value === null || Number.isInteger(value)));
  }

  function levelAxis(levels) {
    return { ...valueAxis(true), splits: () => levels.map((_, n) => n), values: (_, splits) => splits.map((value) => levels[value] ?? '') };
  }

  function valueAxis(isWhole) {
    return {
      ...(isWhole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7] } : {}),
      stroke: () => colour('--muted'),
      grid: { stroke: () => colour('--rule'), width: 1 },
      ticks: { show: false },
      size: leftPx,
      gap: 6,
      space: 26,
      font: '11px system-ui, sans-serif',
      values: (_, splits) => splits.map((value) => (value >= 10000 ? `${value / 1000}k` : String(value))),
    };
  }

  /** The windows in which a fault was in, under the lines: a hatched band, a line where its effect was first seen. */
  function drawFaults(u, faults) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const px = (at) => Math.round(u.valToPos(Math.min(Math.max(at, 0), endS), 'x', true));
    const unit = window.devicePixelRatio || 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    for (const fault of faults) {
      const [from, to] = [px(fault.fromS), px(fault.toS)];
      ctx.fillStyle = colour('--fault-fill');
      ctx.fillRect(from, top, to - from, height);
      ctx.save();
      ctx.beginPath();
      ctx.rect(from, top, to - from, height);
      ctx.clip();
      ctx.strokeStyle = colour('--fault-hatch');
      ctx.lineWidth = unit;
      ctx.beginPath();
      for (let x = from - height; x < to; x += 7 * unit) {
        ctx.moveTo(x, top + height);
        ctx.lineTo(x + height, top);
      }
      ctx.stroke();
      ctx.restore();
      ctx.strokeStyle = colour('--fault-edge');
      edge(ctx, from, top, height, []);
      edge(ctx, to, top, height, []);
      if (fault.bitS !== null) edge(ctx, px(fault.bitS), top, height, [3 * unit, 3 * unit]);
    }
    ctx.restore();
  }

  /** The letter that the words above use, over the lines where its window begins. */
  function nameFaults(u, faults) {
    const { ctx } = u;
    const unit = window.devicePixelRatio || 1;
    ctx.save();
    ctx.font = `700 ${10 * unit}px system-ui, sans-serif`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'center';
    for (const fault of faults) {
      const x = u.valToPos(Math.min(Math.max(fault.fromS, 0), endS), 'x', true);
      ctx.fillStyle = colour('--fault-edge-solid');
      ctx.fillRect(x, u.bbox.top, 13 * unit, 13 * unit);
      ctx.fillStyle = colour('--page');
      ctx.fillText(fault.mark, x + 6.5 * unit, u.bbox.top + 7 * unit);
    }
    ctx.restore();
  }

  function edge(ctx, x, top, height, dash) {
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  /** What the lines are at the cursor, beside their names. */
  function tellValues(u, keys, levels) {
    keys.forEach((key, s) => {
      const value = u.cursor.idx == null ? undefined : u.data[s + 1]?.[u.cursor.idx];
      key.textContent = value == null ? '' : (levels?.[value] ?? String(Math.round(value * 100) / 100));
    });
  }

  const redraw = () => {
    for (const plot of plots) plot.redraw(false, true);
  };
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  // Paper is white: the canvases have to be drawn anew for it, and what is folded has to be seen.
  let opened = [];
  window.addEventListener('beforeprint', () => {
    document.documentElement.classList.add('paper');
    opened = [...document.querySelectorAll('details.events:not([open]), td details:not([open])')];
    for (const folded of opened) folded.open = true;
    redraw();
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('paper');
    for (const folded of opened) folded.open = false;
    redraw();
  });
  document.documentElement.dataset.drawnMs = Math.round(performance.now() - beganMs);
})();
