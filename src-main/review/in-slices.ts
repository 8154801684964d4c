/** So long may one piece of a long work keep the program from looking after its readers. */
const mostMs = 6;

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Does a long work in pieces, each as large as a few milliseconds allow, with a pause after each in which the program
 * answers its readers.
 * @param rows  how many there are, in order.
 * @param act   does the rows `[from, to)`.
 */
export async function inSlices(rows: number, act: (from: number, to: number) => void, firstRows = 64): Promise<void> {
  let perSlice = firstRows;
  for (let from = 0; from < rows;) {
    const to = Math.min(rows, from + perSlice);
    const startMs = performance.now();
    act(from, to);
    const ms = performance.now() - startMs;
    perSlice = Math.max(16, Math.min(2 * perSlice, Math.floor((perSlice * mostMs) / Math.max(ms, 0.1))));
    from = to;
    await breath();
  }
}

/** Collects pieces until one is empty, with a pause after each. @param next  the piece behind what was read so far. */
export async function readInSlices<Piece extends { readonly length: number }>(
  next: (last: Piece | undefined, limit: number) => Piece,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let limit = 256;
  for (;;) {
    const startMs = performance.now();
    const piece = next(pieces.at(-1), limit);
    if (piece.length === 0) return pieces;
    pieces.push(piece);
    const ms = performance.now() - startMs;
    limit = Math.max(64, Math.min(2 * limit, Math.floor((limit * mostMs) / Math.max(ms, 0.1))));
    await breath();
  }
}
