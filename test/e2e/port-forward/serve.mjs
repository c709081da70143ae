// A service for tests of forwarding: echoes, floods, sleeps, and speaks another protocol when it is asked to.
import { createServer } from 'node:http';

let flooded = 0;
const server = createServer((request, answer) => {
  switch (request.url) {
    case '/echo':
      request.pipe(answer);
      return;
    case '/flood': {
      const block = Buffer.alloc(64 * 1024, 'f');
      const more = () => {
        do flooded += block.length;
        while (answer.write(block));
      };
      answer.on('drain', more).on('error', () => undefined);
      more();
      return;
    }
    case '/flooded':
      answer.end(String(flooded));
      return;
    case '/deaf':
      // Takes the request and never reads its body.
      answer.writeHead(200);
      answer.flushHeaders();
      return;
    default:
      answer.end(`you asked for ${request.url}\n`);
  }
});
server.on('upgrade', (_request, socket) => {
  socket.on('error', () => undefined);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.pipe(socket);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('answering'));
