export class Counter {
  constructor(name) {
    this.name = name;
  }
  add(value, tags) {
    globalThis.__k6.metric(this.name, value, tags);
  }
}
