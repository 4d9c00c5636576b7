// Forwarders on loopback that count what passes: bytes of TCP streams, bytes of UDP datagrams, without headers.

import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

// { port, taken() }: how many bytes passed, [there, back], since the last call.
export async function overTcp(to) {
  const counts = [0, 0];
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    near.on('data', (bytes) => (counts[0] += bytes.length));
    far.on('data', (bytes) => (counts[1] += bytes.length));
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ])
      one.on('error', () => other.destroy());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: server.address().port, taken: () => take(counts), close: () => server.close() };
}

export async function overUdp(to) {
  const counts = [0, 0];
  const front = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  const backs = new Map();
  front.on('message', (bytes, caller) => {
    counts[0] += bytes.length;
    back(caller).send(bytes, to, '127.0.0.1');
  });
  const back = ({ address, port }) => {
    if (!backs.has(port)) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
      socket.on('message', (bytes) => {
        counts[1] += bytes.length;
        front.send(bytes, port, address);
      });
      backs.set(port, socket);
    }
    return backs.get(port);
  };
  await new Promise((bound) => front.bind(0, '127.0.0.1', bound));
  const close = () => [front, ...backs.values()].forEach((socket) => socket.close());
  return { port: front.address().port, taken: () => take(counts), close };
}

function take(counts) {
  return counts.splice(0, 2, 0, 0);
}
