/**
 * Holds what was measured on this display, and forgets it while the display or the zoom is another:
 * a pixel has another size there, and no millimetre may be claimed.
 * @param onScale  is told the CSS pixels in a millimetre, or undefined where they are not known.
 */
export function followDisplay(onScale: (pxPerMm: number | undefined) => void) {
  let measured: { readonly pxPerMm: number; readonly ratio: number } | undefined;
  const tell = () => onScale(measured?.ratio === devicePixelRatio ? measured.pxPerMm : undefined);
  const watch = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        tell();
        watch();
      },
      { once: true },
    );
  watch();
  return {
    /** Takes what the reader measured; null: never measured. */
    measured: (pxPerMm: number | null) => {
      if (pxPerMm === null) measured = undefined;
      else if (pxPerMm !== measured?.pxPerMm) measured = { pxPerMm, ratio: devicePixelRatio };
      tell();
    },
  };
}
