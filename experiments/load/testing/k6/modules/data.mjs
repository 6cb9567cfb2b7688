export function SharedArray(_name, make) {
  return make();
}
