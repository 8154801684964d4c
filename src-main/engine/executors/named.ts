/** Applies `map` to every value of a record of named things, keeping the names. */
export const mapNamed = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));

/** The same record with every name preceded by a word, so that several records fit into one. */
export const prefixed = <Value>(kind: string, record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${kind} ${name}`, value]));
