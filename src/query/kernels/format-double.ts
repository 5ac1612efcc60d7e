/**
 * A double as text the way Java's Double.toString writes it (query-language 7.9): the shortest
 * digits that read back as the same number, always with a decimal point; plain for
 * 10^-3 <= |x| < 10^7, else one digit, point, digits, E, exponent without a plus.
 *
 * The shortest digits are those of JavaScript's own conversion; only their layout differs, and that
 * Java looks for two digits at least: the smallest double of all is 4.9E-324 rather than 5E-324.
 */
export function formatDouble(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  if (magnitude === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (!Number.isFinite(value)) return String(value);

  const shortest = value.toExponential();
  const scientific = shortest.includes('.') ? shortest : value.toExponential(1);
  const e = scientific.indexOf('e');
  const digits = scientific.slice(0, e);
  const exponent = Number(scientific.slice(e + 1));
  return `${digits}E${exponent}`;
}
