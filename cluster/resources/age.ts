/** How long ago, as kubectl shows it: 119s, 2m, 3m5s, 11m, 3h5m, 9h, 2d, 3y (apimachinery util/duration HumanDuration). */
export function age(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const joined = (big: number, small: number, names: [string, string]): string =>
    small === 0 ? `${big}${names[0]}` : `${big}${names[0]}${small}${names[1]}`;
  if (minutes < 10) return joined(minutes, seconds % 60, ['m', 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return joined(hours, minutes % 60, ['h', 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return joined(days, hours % 24, ['d', 'h']);
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  if (years < 8) return joined(years, days % 365, ['y', 'd']);
  return `${years}y`;
}

/** The age of a time in RFC 3339; `<unknown>` for none. */
export const ageSince = (time: unknown, nowMs: number): string => (typeof time === 'string' ? age(nowMs - Date.parse(time)) : '<unknown>');
