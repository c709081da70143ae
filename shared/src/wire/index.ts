export { labelPrefix } from './label-prefix.ts';
export { type Opened, openBytes } from './open-bytes.ts';
export { sealBytes, sealedLimit, sha256Hex } from './seal-bytes.ts';
export { Malformed, sealedToValue, valueToSealed } from './sealed-json.ts';
export {
  AgentOwned,
  AgentText,
  type Culling,
  type RunFacts,
  type Sealed,
  type SealedIo,
  type SealedMap,
  type SealedSpec,
  type Termination,
} from './sealed-spec.ts';
export { type SecretLike, secretLike } from './secret-like.ts';
export { byUnits, type Decoded, decodeWire, encodeWire, unencodable } from './wire-json.ts';
