// The JavaScript reference on given credentials: how often a second of one core it verifies each
// and signs the first.
// In: {credentials: {suite: credential}, contexts: {url: document}, documents: {url: document}}.
// Out: {verify: {suite: rate}, sign: rate}.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createVerifyCryptosuite as eddsaJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {createVerifyCryptosuite as ecdsaJcs} from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {text} from 'node:stream/consumers';
import * as vc from '@digitalbazaar/vc';

const SUITES = {
  'eddsa-rdfc-2022': eddsaRdfc,
  'eddsa-jcs-2022': eddsaJcs(),
  'ecdsa-rdfc-2019': ecdsaRdfc,
  'ecdsa-jcs-2019': ecdsaJcs(),
};
const ROUNDS = 5;
const SECONDS = 1;

const given = JSON.parse(await text(process.stdin));

async function documentLoader(url) {
  const found = given.contexts[url] ?? given.documents[url];
  if(!found) {
    throw new Error(`not at hand: ${url}`);
  }
  // Static documents are kept processed between calls.
  const tag = url in given.contexts ? 'static' : undefined;
  return {contextUrl: null, documentUrl: url, document: found, tag};
}

// Processor time of all threads, as if there were one core; the best of several rounds.
async function rate(once) {
  await once();
  let best = 0;
  for(let round = 0; round < ROUNDS; ++round) {
    const before = process.cpuUsage();
    const end = performance.now() + SECONDS * 1000;
    let count = 0;
    while(performance.now() < end) {
      await once();
      ++count;
    }
    const {user, system} = process.cpuUsage(before);
    best = Math.max(best, count / (user + system) * 1e6);
  }
  return best;
}

const verify = {};
for(const [name, credential] of Object.entries(given.credentials)) {
  const suite = new DataIntegrityProof({cryptosuite: SUITES[name]});
  verify[name] = await rate(async () => {
    const {verified, error} = await vc.verifyCredential({credential, suite, documentLoader});
    if(!verified) {
      throw error;
    }
  });
}

const [{proof, ...unsigned}] = Object.values(given.credentials);
const key = await Ed25519Multikey.generate({controller: unsigned.issuer.id});
const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite: eddsaRdfc});
const sign = await rate(async () => {
  await vc.issue({credential: structuredClone(unsigned), suite, documentLoader});
});

console.log(JSON.stringify({verify, sign}));
