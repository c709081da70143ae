const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const headBytes = 9;
const dataType = 0;
const paddedFlag = 8;

/**
 * The messages that a gRPC client sent over one plain-text connection, from the bytes on the wire: the payload of DATA
 * frames put together for each stream (RFC 9113 4.1, 6.1), cut by gRPC's length prefix. A message may span frames, so a
 * search in the raw bytes alone could miss what a frame's head cuts in two. Throws for a compressed message: nothing
 * could be found in it.
 */
export function grpcMessages(wire: Buffer): readonly Buffer[] {
  if (!wire.subarray(0, preface.length).equals(preface)) return [];
  const streams = new Map<number, Buffer[]>();
  for (let at = preface.length; at + headBytes <= wire.length; ) {
    const length = wire.readUIntBE(at, 3);
    const type = wire.readUInt8(at + 3);
    const flags = wire.readUInt8(at + 4);
    const stream = wire.readUInt32BE(at + 5) & 0x7fff_ffff;
    const start = at + headBytes;
    if (type === dataType) {
      const isPadded = (flags & paddedFlag) !== 0;
      const from = isPadded ? start + 1 : start;
      const to = start + length - (isPadded ? wire.readUInt8(start) : 0);
      const parts = streams.get(stream) ?? [];
      parts.push(wire.subarray(from, to));
      streams.set(stream, parts);
    }
    at = start + length;
  }
  return [...streams.values()].flatMap((parts) => messagesOf(Buffer.concat(parts)));
}

function messagesOf(payload: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 5 <= payload.length; ) {
    if (payload.readUInt8(at) !== 0) throw new Error('a message was compressed, so it cannot be searched');
    const end = at + 5 + payload.readUInt32BE(at + 1);
    found.push(payload.subarray(at + 5, end));
    at = end;
  }
  return found;
}
