/** Gaussian elimination; the matrix is positive definite, so no pivots are sought. It is changed. */
export function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const solution = right.slice();
  const size = right.length;
  for (let i = 0; i < size; i++)
    for (let below = i + 1; below < size; below++) {
      const factor = matrix[below][i] / matrix[i][i];
      for (let k = i; k < size; k++) matrix[below][k] -= factor * matrix[i][k];
      solution[below] -= factor * solution[i];
    }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i] -= matrix[i][k] * solution[k];
    solution[i] /= matrix[i][i];
  }
  return solution;
}
