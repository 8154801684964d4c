const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of a header or an aux note. WFDB names no encoding: new files hold UTF-8, old ones Latin-1,
 * and bytes that are no UTF-8 can only be the latter.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
