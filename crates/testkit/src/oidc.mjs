// A real OpenID provider for tests (npm: oidc-provider), on a free port of 127.0.0.1.
//
// Prints the port. Then reads one line: the address it sends browsers back to. Anybody signs in under any
// name; what the provider's own quick-start pages load from elsewhere is why these pages are ours. It ends
// when its input ends.
import http from 'node:http';
import readline from 'node:readline';

const [folder, client, secret] = process.argv.slice(1);
const { default: Provider } = await import(`${folder}/node_modules/oidc-provider/lib/index.js`);

let answer = (_, response) => response.writeHead(503).end();
const server = http.createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

const form = (uid, prompt) => `<!doctype html><html lang="en"><title>Test provider</title>
  <link rel="icon" href="data:,"><h1>Test provider</h1><form method="post" action="/interaction/${uid}">
  ${prompt === 'login' ? '<label>Name <input name="login" required></label>' : ''}
  <button type="submit">${prompt === 'login' ? 'Sign in' : 'Continue'}</button></form></html>`;

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

// What a person says to the provider: who they are, then that this office may know it.
async function interaction(provider, request, response) {
  const details = await provider.interactionDetails(request, response);
  const { uid, prompt, params, session } = details;
  if (request.method === 'GET') {
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(form(uid, prompt.name));
  }
  const typed = await body(request);
  if (prompt.name === 'login') {
    const result = { login: { accountId: typed.get('login') } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid');
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const lines = readline.createInterface({ input: process.stdin });
lines.once('line', (redirect) => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  const callback = provider.callback();
  answer = (request, response) => {
    if (!request.url.startsWith('/interaction/')) return callback(request, response);
    return interaction(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
  };
  console.log('ready');
});
lines.on('close', () => process.exit(0));
