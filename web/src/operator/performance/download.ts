/** Hands a text to the browser as a file. A link could not carry the token, so the text is fetched first. */
export function saveAs(name: string, text: string): void {
  // A mark of UTF-8 at the beginning: without it a spreadsheet takes Korean for another encoding.
  const blob = new Blob(['\uFEFF', text.replace(/^\uFEFF/, '')], { type: 'text/csv;charset=utf-8' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
