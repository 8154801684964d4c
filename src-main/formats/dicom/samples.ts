/** How one sample is read, by the name of its interpretation (PS3.3 C.10.9.1.5). */
export interface SampleReader {
  readonly bytes: 1 | 2 | 4;
  read(view: DataView, at: number, isLittleEndian: boolean): number;
}

/** ITU-T G.711, as 16-bit values. */
function muLaw(byte: number): number {
  const turned = ~byte & 0xff;
  const size = (((turned & 0x0f) << 3) + 0x84) << ((turned & 0x70) >> 4);
  return turned & 0x80 ? 0x84 - size : size - 0x84;
}

function aLaw(byte: number): number {
  const turned = byte ^ 0x55;
  const exponent = (turned & 0x70) >> 4;
  const base = ((turned & 0x0f) << 4) + 8;
  const size = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
  return turned & 0x80 ? size : -size;
}

/** Unsigned 32-bit samples are not among them: they do not fit beside the gap. */
export const sampleReaders: Readonly<Record<string, SampleReader>> = {
  SB: { bytes: 1, read: (view, at) => view.getInt8(at) },
  UB: { bytes: 1, read: (view, at) => view.getUint8(at) },
  MB: { bytes: 1, read: (view, at) => muLaw(view.getUint8(at)) },
  AB: { bytes: 1, read: (view, at) => aLaw(view.getUint8(at)) },
  SS: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  US: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  SL: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
};
