// The JavaScript reference, asked to verify what we made and to make what we shall verify.
// In: {contexts, documents: {url: document}, verify: {name: document}, unsigned, bases: {name:
// credential}, mandatory, selective, asked: {challenge, domain}}.
// Out: {verified: {name: boolean}, signed: {suite: credential}, bases, derived, presentation}.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {text} from 'node:stream/consumers';

const given = JSON.parse(await text(process.stdin));
const now = new Date(given.now);
const {challenge, domain} = given.asked;

const SIGN = {
  'Ed25519Signature2020': [null, 'Ed25519'],
  'eddsa-rdfc-2022': [eddsaRdfc, 'Ed25519'],
  'eddsa-jcs-2022': [eddsaJcs.createSignCryptosuite(), 'Ed25519'],
  'ecdsa-rdfc-2019 P-256': [ecdsaRdfc, 'P-256'],
  'ecdsa-rdfc-2019 P-384': [ecdsaRdfc, 'P-384'],
  'ecdsa-jcs-2019 P-256': [ecdsaJcs.createSignCryptosuite(), 'P-256'],
  'ecdsa-jcs-2019 P-384': [ecdsaJcs.createSignCryptosuite(), 'P-384'],
};
const VERIFY = [
  eddsaRdfc, eddsaJcs.createVerifyCryptosuite(), ecdsaRdfc, ecdsaJcs.createVerifyCryptosuite(),
  ecdsaSd.createVerifyCryptosuite(),
].map(cryptosuite => new DataIntegrityProof({cryptosuite}));

async function documentLoader(url) {
  const document = given.contexts[url] ?? given.documents[url] ?? didKey(url);
  if(!document) {
    throw new Error(`not at hand: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

function didKey(url) {
  if(!url.startsWith('did:key:')) {
    return null;
  }
  const [controller, fragment] = url.split('#');
  const publicKeyMultibase = controller.slice('did:key:'.length);
  const id = `${controller}#${publicKeyMultibase}`;
  const method = {id, type: 'Multikey', controller, publicKeyMultibase};
  if(fragment) {
    return {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: controller, verificationMethod: [method], assertionMethod: [id], authentication: [id],
  };
}

async function makeKey(kind) {
  const key = kind === 'Ed25519' ?
    await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve: kind});
  key.controller = `did:key:${key.publicKeyMultibase}`;
  key.id = `${key.controller}#${key.publicKeyMultibase}`;
  return key;
}

async function issue(cryptosuite, kind) {
  const key = await makeKey(kind);
  const credential = structuredClone(given.unsigned);
  credential.issuer.id = key.controller;
  const options = {signer: key.signer(), date: now};
  const suite = cryptosuite ?
    new DataIntegrityProof({...options, cryptosuite}) : new Ed25519Signature2020(options);
  if(!cryptosuite) {
    credential['@context'].push('https://w3id.org/security/suites/ed25519-2020/v1');
  }
  return vc.issue({credential, suite, documentLoader, now});
}

async function verify(document) {
  const options = {suite: VERIFY, documentLoader, now};
  const found = document.type.includes('VerifiablePresentation') ?
    await vc.verify({...options, presentation: document, challenge, domain}) :
    await vc.verifyCredential({...options, credential: document});
  return found.verified;
}

async function derive(verifiableCredential) {
  const cryptosuite = ecdsaSd.createDiscloseCryptosuite({selectivePointers: given.selective});
  const suite = new DataIntegrityProof({cryptosuite});
  return vc.derive({verifiableCredential, suite, documentLoader});
}

async function present(verifiableCredential) {
  const key = await makeKey('Ed25519');
  const presentation = vc.createPresentation({verifiableCredential, holder: key.controller, now});
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite: eddsaRdfc, date: now});
  return vc.signPresentation({presentation, suite, challenge, domain, documentLoader});
}

async function mapped(entries, act) {
  const found = {};
  for(const [name, value] of Object.entries(entries)) {
    found[name] = await act(value);
  }
  return found;
}

const signed = await mapped(SIGN, ([cryptosuite, kind]) => issue(cryptosuite, kind));
const {mandatory: mandatoryPointers} = given;
const base = await issue(ecdsaSd.createSignCryptosuite({mandatoryPointers}), 'P-256');
const bases = {...given.bases, theirs: base};
console.log(JSON.stringify({
  verified: await mapped(given.verify, verify),
  signed,
  base,
  derived: await mapped(bases, derive),
  presentation: await present(signed['eddsa-rdfc-2022']),
}));
