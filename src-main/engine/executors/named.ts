/** Applies `map` to every value of a record of named things, keeping the names. */
export const mapNamed = <Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (value: From, name: Name) => To,
): Record<Name, To> =>
  Object.fromEntries(
    (Object.entries(record) as [Name, From][]).map(([name, value]) => [name, map(value, name)]),
  ) as Record<Name, To>;

/** The same record with every name preceded by a word, so that several records fit into one. */
export const prefixed = <Value>(kind: string, record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${kind} ${name}`, value]));
