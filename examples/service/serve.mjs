// Answers every request with one line, until it is asked to end.
import { createServer } from 'node:http';

// In a pod others reach it by the pod's own address; on a machine of yours nobody else should.
const [port, text, host = '127.0.0.1'] = process.argv.slice(2);
const server = createServer((_, answer) => answer.end(`${text}\n`));
server.listen(Number(port), host, () => console.log(`answering on port ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
