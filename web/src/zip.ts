/** The text of the only entry of a zip file that stands in a data address; null where this browser can't inflate. */
export async function unzipped(address: string): Promise<string | null> {
  if (typeof DecompressionStream === "undefined") return null;
  const binary = atob(address.slice(address.indexOf(",") + 1));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const header = new DataView(bytes.buffer);
  // local file header: packed size at 18, lengths of name and of extra field at 26 and 28
  const start = 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = bytes.subarray(start, start + header.getUint32(18, true));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}
