import { tableGroup } from './table-group.ts';

/** What the program remembers for its reader: one JSON value a key. */
export const settingsOf = tableGroup(
  'settings',
  (db) => {
    const value = db.prepare<{ key: string }, string>('SELECT value FROM settings WHERE key = @key').pluck();
    const all = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings');
    return {
      /** Undefined where the key was never set. */
      value: (key: string): unknown => {
        const text = value.get({ key });
        return text === undefined ? undefined : (JSON.parse(text as string) as unknown);
      },
      all: (): Record<string, unknown> =>
        Object.fromEntries(all.all().map((row) => [row.key, JSON.parse(row.value) as unknown])),
    };
  },
  (db) => {
    const set = db.prepare(
      `INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    return {
      set: (key: string, value: unknown): void => void set.run({ key, value: JSON.stringify(value) }),
    };
  },
);
