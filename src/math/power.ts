/** x². */
export const square = (x: number): number => x * x;

/**
 * xʸ by products, logarithm and exponential, which every release of Node rounds alike; the language's own operator and
 * `Math.pow` differ from release to release, and with them a run's last bits.
 *
 *   xʸ = xⁿ e^((y − n) ln x),   n the whole number next to y, xⁿ by repeated squaring
 *
 * Whole powers of 2 are exact, as are those of 10 from 10⁰ to 10²²; others are within some |n| units in the last place.
 *
 * @param x NaN comes of x < 0 where y isn't whole
 */
export function power(x: number, y: number): number {
  if (!Number.isFinite(y)) return Math.exp(y * Math.log(x));
  const whole = Math.round(y);
  const rest = y - whole;
  if (rest === 0) return wholePower(x, y);
  if (x === 0 || x === Number.POSITIVE_INFINITY) return (x === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  return wholePower(x, whole) * Math.exp(rest * Math.log(x));
}

function wholePower(x: number, n: number): number {
  if (n < 0) return 1 / wholePower(x, -n);
  let product = 1;
  for (let [rest, squared] = [n, x]; rest > 0; rest = Math.floor(rest / 2), squared *= squared) {
    if (rest % 2 === 1) product *= squared;
  }
  return product;
}
