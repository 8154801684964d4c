/**
 * Coordinates of rows along the directions in which they differ most (principal components), largest first.
 * @param rows   row-major (row, column).
 * @param count  components wanted; fewer columns give as many.
 * @returns      row-major (row, component), centred.
 */
export function principalComponents(rows: Float32Array, columns: number, count: number): Float32Array {
  const rowCount = rows.length / columns;
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows.length; i++) mean[i % columns] += rows[i] / rowCount;
  const centred = rows.map((value, i) => value - mean[i % columns]);
  const directions = eigenvectors(covariance(centred, columns), columns).slice(0, count);
  const coordinates = new Float32Array(rowCount * directions.length);
  for (let row = 0; row < rowCount; row++)
    for (const [k, direction] of directions.entries()) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += centred[row * columns + i] * direction[i];
      coordinates[row * directions.length + k] = sum;
    }
  return coordinates;
}

function covariance(centred: Float32Array, columns: number): Float64Array {
  const products = new Float64Array(columns * columns);
  const rowCount = Math.max(1, centred.length / columns);
  for (let at = 0; at < centred.length; at += columns)
    for (let i = 0; i < columns; i++) {
      const x = centred[at + i];
      for (let j = i; j < columns; j++) products[i * columns + j] += x * centred[at + j];
    }
  for (let i = 0; i < columns; i++)
    for (let j = i; j < columns; j++)
      products[j * columns + i] = products[i * columns + j] = products[i * columns + j] / rowCount;
  return products;
}

/** Most sweeps over all pairs; the rotations converge quadratically, and ten are plenty. */
const mostSweeps = 30;

/** Eigenvectors of a symmetric matrix, of the largest eigenvalue first (cyclic Jacobi rotations; Golub and Van Loan). */
function eigenvectors(matrix: Float64Array, size: number): Float64Array[] {
  const a = matrix.slice();
  const vectors = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, j) => +(i === j)));
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let outside = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) outside += a[p * size + q] ** 2;
    if (outside <= 1e-20 * scale) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  }
  const order = vectors.map((_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i] || i - j);
  return order.map((i) => vectors[i]);
}

/** Turns the plane of rows p and q so that their common element becomes zero. */
function rotate(a: Float64Array, vectors: Float64Array[], size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const akp = a[k * size + p];
    const akq = a[k * size + q];
    a[k * size + p] = c * akp - s * akq;
    a[k * size + q] = s * akp + c * akq;
  }
  for (let k = 0; k < size; k++) {
    const apk = a[p * size + k];
    const aqk = a[q * size + k];
    a[p * size + k] = c * apk - s * aqk;
    a[q * size + k] = s * apk + c * aqk;
  }
  const [vp, vq] = [vectors[p], vectors[q]];
  for (let k = 0; k < size; k++) {
    const x = vp[k];
    vp[k] = c * x - s * vq[k];
    vq[k] = s * x + c * vq[k];
  }
}
