// A Better Auth server with its jwt plugin at default settings, on loopback. Everything is kept in memory, so nothing is
// compiled, nothing is left behind, and all is forgotten when it ends.
//
// Environment:
//   PORT           where to listen; 0 or unset takes a free port
//   EXAMPLE_TOKEN  what `POST /rotate` and `POST /shorten` ask for as a bearer token; without it there are no such addresses
//
// Prints its base URL on one line once it answers.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";

const server = createServer();
await new Promise((resolve, reject) => {
  server.once("error", reject);
  server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", resolve);
});
// The tokens' `iss` and `aud`. Left out, they would follow each request's `Host`, and a client would choose them.
const baseURL = `http://127.0.0.1:${server.address().port}`;

const jwtOptions = { jwt: { expirationTime: "15m" } };
const auth = betterAuth({
  baseURL,
  // For as long as this process lives. A real server keeps it: it encrypts the private keys in the database.
  secret: randomBytes(32).toString("hex"),
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
  emailAndPassword: { enabled: true },
  plugins: [jwt(jwtOptions)],
});
const answerAuth = toNodeHandler(auth);

// What a story needs that is told in seconds. Not a part of Better Auth.
const onlyHere = { "/rotate": answerRotate, "/shorten": answerShorten };

server.on("request", (request, response) => {
  const answer = onlyHere[request.url] ?? answerAuth;
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
console.log(baseURL);

// What Better Auth does by itself when `jwks.rotationInterval` has passed: the keys stop signing at once, and stay listed
// for `jwks.gracePeriod` (30 days). The next token that somebody asks for makes the new key.
async function answerRotate(request, response) {
  if (isRefused(request, response)) return;
  const { adapter } = await auth.$context;
  await adapter.updateMany({ model: "jwks", where: [], update: { expiresAt: new Date() } });
  response.writeHead(204).end();
}

// Tokens that are made from now on last one second, instead of the 15 minutes that are Better Auth's default.
async function answerShorten(request, response) {
  if (isRefused(request, response)) return;
  jwtOptions.jwt.expirationTime = "1s";
  response.writeHead(204).end();
}

function isRefused(request, response) {
  const isAllowed = request.method === "POST" && isExampleToken(request.headers.authorization);
  if (!isAllowed) response.writeHead(404).end();
  return !isAllowed;
}

function isExampleToken(authorization = "") {
  if (!process.env.EXAMPLE_TOKEN) return false;
  const expected = Buffer.from(`Bearer ${process.env.EXAMPLE_TOKEN}`);
  const found = Buffer.from(authorization);
  return found.length === expected.length && timingSafeEqual(found, expected);
}
