/** Puts a point on a chart: value at now. */
export type Plot = (id: string, title: string, unit: string, value: number) => void;

/** Counts that stay until they change, as lines of a chart: steps, not slopes, so the former count is plotted once more before each change. */
export class StepLines {
  private readonly lines = new Map<string, { title: string; unit: string; value: number }>();
  private readonly plot: Plot;

  constructor(plot: Plot) {
    this.plot = plot;
  }

  set(id: string, title: string, unit: string, value: number): void {
    const former = this.lines.get(id)?.value;
    if (former === value) return;
    if (former !== undefined) this.plot(id, title, unit, former);
    this.lines.set(id, { title, unit, value });
    this.plot(id, title, unit, value);
  }

  /** The counts hold until now: called once, when nothing more is looked at. */
  end(): void {
    for (const [id, { title, unit, value }] of this.lines) this.plot(id, title, unit, value);
  }
}
