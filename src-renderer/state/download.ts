/** Saves a text as a file, as the browser or the window's host asks where. */
export function downloadText(name: string, text: string, type = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; a URL that is never given back keeps the text in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
