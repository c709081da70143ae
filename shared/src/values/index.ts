export { coerce, isType, typeNames } from './coerce.ts';
export type { Coerced } from './coerced.ts';
export { fromJson } from './composites.ts';
export { toValue } from './from-node.ts';
export { asText, compactJson, plainText, pythonFloat, pythonRepr, pythonText } from './print.ts';
export { quantityNumber, readQuantity } from './quantity.ts';
export { regexProblem } from './regex.ts';
export { isList, isMap, type Value, type ValueMap } from './value.ts';
export { booleanWord } from './words.ts';
