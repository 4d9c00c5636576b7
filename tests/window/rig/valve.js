// A valve in the line to a relay: it lets so many bytes through and then none, until it is opened.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Datagrams that come to the valve go to `port` on loopback, and its answers back to who asked. */
export async function openValve(port) {
  const door = createSocket('udp4');
  const ways = new Map();
  let left = Infinity;
  const passes = (bytes) => (left -= bytes.length) >= 0;
  door.on('message', (bytes, from) => {
    if (!passes(bytes)) return;
    let way = ways.get(from.port);
    if (!way) {
      way = createSocket('udp4');
      way.on('message', (answer) => passes(answer) && door.send(answer, from.port));
      ways.set(from.port, way);
    }
    way.send(bytes, port);
  });
  door.bind(0, '127.0.0.1');
  await once(door, 'listening');
  return {
    port: door.address().port,
    /** How many bytes more may pass. */
    lets: (bytes) => (left = bytes),
    close: () => {
      for (const socket of [door, ...ways.values()]) socket.close();
    },
  };
}
