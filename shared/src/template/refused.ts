/** Filters of Jinja that are left out on purpose, with what to do instead (decisions.md 22: pure functions of data). */
export const refusedFilters: ReadonlyMap<string, string> = new Map([
  ['random', 'A template gives the same each time. Use a matrix, or draw inside the run.'],
  ['shuffle', 'A template gives the same each time. Shuffle inside the run.'],
  ['attr', "Write value.name or value['name']."],
  ['urlize', 'Links are HTML, which templates do not make.'],
  ['from_json', 'Declare the input as "dict" or "list": JSON text is read by its type.'],
  ['fromjson', 'Declare the input as "dict" or "list": JSON text is read by its type.'],
  ['to_json', 'Write tojson.'],
  ['toyaml', 'Write tojson: JSON is YAML too.'],
  ['to_yaml', 'Write tojson: JSON is YAML too.'],
  ['split', "It is a method of text: value.split(',')."],
  ['bool', 'Compare instead: value == "true". An input of type "bool" is read by its type.'],
  ['b64encode', 'Encode inside the run.'],
  ['b64decode', 'Decode inside the run.'],
  ['hash', 'Compute it inside the run.'],
  ['regex_replace', "Patterns are not available; use replace('from', 'to')."],
  ['regex_search', "Patterns are not available; use 'part' in value."],
]);

/** The same for tests. */
export const refusedTests: ReadonlyMap<string, string> = new Map([
  ['match', "Patterns are not available; use value.startswith('part')."],
  ['search', "Patterns are not available; use 'part' in value."],
  ['contains', "Write 'part' in value."],
  ['null', 'Write none.'],
  ['list', 'Write sequence.'],
  ['dict', 'Write mapping.'],
  ['int', 'Write integer.'],
  ['str', 'Write string.'],
  ['bool', 'Write boolean.'],
]);
