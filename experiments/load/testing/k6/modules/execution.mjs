export default {
  get vu() {
    return globalThis.__k6.vu;
  },
  get scenario() {
    return globalThis.__k6.scenario;
  },
};
