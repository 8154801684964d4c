import { openSignal, type SignalReader } from '../../store/signal-reader.ts';

/** Signal files kept open: tiles come by the dozen while a reader scrolls. */
const mostOpen = 16;

export function signalCache(workspaceFolder: string) {
  const open = new Map<string, SignalReader>();
  const forget = (signalHash: string) => {
    open.get(signalHash)?.close();
    open.delete(signalHash);
  };
  return {
    of: (signalHash: string): SignalReader => {
      const signal = open.get(signalHash) ?? openSignal(workspaceFolder, signalHash);
      open.delete(signalHash);
      open.set(signalHash, signal); // last used last
      for (const oldest of open.keys()) if (open.size > mostOpen) forget(oldest);
      return signal;
    },
    forget,
  };
}
