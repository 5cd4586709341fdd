// A real OpenID provider for tests (npm: oidc-provider), on a free port of 127.0.0.1.
//
// Prints the port. Then reads one line: the address it sends browsers back to. Anybody may sign in under
// any name, on its own pages. It ends when its input ends.
import http from 'node:http';
import readline from 'node:readline';

const [folder, client, secret] = process.argv.slice(1);
const { default: Provider } = await import(`${folder}/node_modules/oidc-provider/lib/index.js`);

let answer = (_, response) => response.writeHead(503).end();
const server = http.createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

const lines = readline.createInterface({ input: process.stdin });
lines.once('line', (redirect) => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  answer = provider.callback();
  console.log('ready');
});
lines.on('close', () => process.exit(0));
