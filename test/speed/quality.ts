import { leadQuality, noiseEpisodes } from '../../src-main/detect/quality/lead-quality.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { ds1Records, mitdbRecords, readReference } from '../unit/detect/qrs/mitdb-records.ts';

/**
 * Which seconds of a lead are called noisy: on the noise stress records, where noise was added from 5:00 in every
 * other two minutes, and on the recordings of the MIT-BIH Arrhythmia Database as they are. `npm run bench -- quality`
 */
if (!hasSharedData) {
  console.log('No recordings in ../shared/data: nothing measured.');
  process.exit(1);
}
const isAdded = (second: number) => second >= 300 && Math.floor((second - 300) / 120) % 2 === 0;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(8);
console.log(
  'Noise stress test (record 118 of DS1; thresholds were chosen with it in view): seconds called noisy, with and without added noise, and seconds within an episode',
);
for (const name of ['118e24', '118e12', '118e00']) {
  const { leads, samplingHz } = await readReference(name, 'nstdb');
  leads.forEach((lead, i) => {
    const { isNoisy } = leadQuality(lead, samplingHz);
    const inEpisode = new Uint8Array(isNoisy.length);
    for (const { fromS, toS } of noiseEpisodes(isNoisy)) inEpisode.fill(1, fromS, toS);
    const shareOf = (flags: Uint8Array, added: boolean) => {
      const seconds = Array.from(flags).filter((_, second) => isAdded(second) === added);
      return percent(seconds.reduce((sum, flag) => sum + flag, 0) / seconds.length);
    };
    console.log(
      `${name} lead ${i + 1}: seconds ${shareOf(isNoisy, true)} / ${shareOf(isNoisy, false)}, episodes ${shareOf(inEpisode, true)} / ${shareOf(inEpisode, false)}`,
    );
  });
}
for (const [title, isOf] of [
  ['DS1, thresholds chosen on these', (name: string) => ds1Records.includes(name)],
  ['other 26', (name: string) => !ds1Records.includes(name)],
] as const) {
  let [noisy, off, all] = [0, 0, 0];
  for (const name of mitdbRecords().filter(isOf)) {
    const { signal, samplingHz } = await readReference(name);
    const { isNoisy, isOff } = leadQuality(signal, samplingHz);
    noisy += isNoisy.reduce((sum, flag) => sum + flag, 0);
    off += isOff.reduce((sum, flag) => sum + flag, 0);
    all += isNoisy.length;
  }
  console.log(`MIT-BIH first lead, ${title}: noisy ${percent(noisy / all)}, off ${percent(off / all)} of all seconds`);
}
