import type { ImportOutcome } from '../../contract/records.ts';
import { exportFormats } from '../../domain/export-format.ts';
import { csvUnits } from '../../domain/csv-table.ts';
import { reviewClassMap } from '../../domain/beat-class.ts';
import { csvGiven, type CsvOptions } from './csv-options.ts';
import { CommandRefused } from './output.ts';
import { recordsNamed } from './records-named.ts';
import { type CommonOptions, deviceOption, withProgram } from './session.ts';
import { type AddVerb, pathFromHere } from './verb.ts';

const allSections = { trend: true, hourly: true, strips: true, definitions: true };

interface DeIdentifyOption {
  readonly deidentify: boolean;
}

/** Verbs on recordings: import, demo, records, detect, predict, export, report. */
export function libraryVerbs(addVerb: AddVerb): void {
  addVerb(
    'import <paths...>',
    'import records of WFDB, EDF, BDF, ISHNE, SCP-ECG, aECG, DICOM, MUSE and CSV, or folders of them',
  )
    .option('--rate <hz>', 'of CSV files: samples per second, where no time column tells it')
    .option('--time-column <number>', 'of CSV files: which column is time, counted from 1; 0 for none')
    .option('--columns <numbers>', 'of CSV files: which columns are leads, such as 2,3')
    .option('--leads <names>', 'of CSV files: names of the leads, such as MLII,V5')
    .option('--unit <unit>', `of CSV files: ${csvUnits.join(', ')}`)
    .option('--steps-per-mv <number>', 'of CSV files in steps of a converter: its gain')
    .option('--deidentify', 'remove names, identifiers and free text, and move dates', false)
    .addOption(deviceOption())
    .action((paths: string[], options: CommonOptions & CsvOptions & DeIdentifyOption) =>
      withProgram(options, async ({ program, output, follow, settle }) => {
        const csv = csvGiven(options);
        const { jobId } = await program.api.records.import({
          ...{ paths: paths.map(pathFromHere), csv },
          deIdentify: options.deidentify || undefined,
        });
        const outcomes = await follow<ImportOutcome[]>(jobId);
        for (const { source, outcome, name, beats, sentence } of outcomes) {
          if (outcome === 'imported') output.line(`${source}: imported as ${name}, ${beats} reference beats`);
          else if (outcome === 'already-here') output.line(sentence);
        }
        await settle();
        const refused = outcomes.filter(({ outcome }) => outcome === 'refused');
        if (outcomes.length === 0) throw new CommandRefused('nothing-found', 'No recording was found there.');
        if (refused.length > 0)
          throw new CommandRefused(
            refused[0].kind ?? 'refused',
            refused.map(({ sentence }) => sentence).join('\n'),
            refused[0].source,
          );
        return { outcomes };
      }),
    );

  addVerb('demo', 'make the simulated 30-minute record')
    .addOption(deviceOption())
    .action((options: CommonOptions) =>
      withProgram(options, async ({ program, output, follow, settle }) => {
        const { jobId } = await program.api.records.demo({});
        const outcomes = await follow<ImportOutcome[]>(jobId);
        await settle();
        for (const { name, outcome } of outcomes)
          output.line(outcome === 'imported' ? `${name}: simulated` : `${name} is in the library already`);
        return { outcomes };
      }),
    );

  addVerb('records', 'list the library').action((options: CommonOptions) =>
    withProgram(options, async ({ program, output }) => {
      const records = await program.api.records.list({});
      for (const { recordId, name, beats, beatsByClass, confirmed, changed, isSimulated } of records) {
        const classes = Object.entries(beatsByClass).map(([c, n]) => `${c} ${n}`);
        const simulated = isSimulated ? ', simulated' : '';
        output.line(
          `#${recordId} ${name}: ${beats} beats (${classes.join(' ')}), ${confirmed + changed} labelled by people${simulated}`,
        );
      }
      return { map: reviewClassMap, records };
    }),
  );

  addVerb('detect <records...>', "find beats with the program's detector")
    .addOption(deviceOption())
    .action((names: string[], options: CommonOptions) =>
      withProgram(options, async ({ program, output, follow }) => {
        const detected = [];
        for (const record of recordsNamed(await program.api.records.list({}), names)) {
          const { jobId } = await program.api.records.detect({ recordId: record.recordId });
          const { found, isSeeded } = await follow<{ found: number; isSeeded: boolean }>(jobId);
          const kept = isSeeded ? 'now the record’s beats' : `kept beside the beats from ${record.positionsFrom}`;
          output.line(`${record.name}: ${found} beats found, ${kept}`);
          detected.push({ record: record.name, found, isSeeded });
        }
        return { detected };
      }),
    );

  addVerb('predict <records...>', 'classify beats with the model in use')
    .option('--model <hash>', 'take this model version into use first')
    .addOption(deviceOption())
    .action((names: string[], options: CommonOptions & { model?: string }) =>
      withProgram(options, async ({ program, output, follow, settle }) => {
        const { records, training } = program.api;
        if (options.model) {
          const model = (await training.models({})).find(({ hash }) => hash.startsWith(options.model!));
          if (!model) throw new CommandRefused('no-such-model', `There is no model ${options.model}.`);
          if (!model.isInUse) {
            const decision = { hash: model.hash, reason: 'rhythm predict --model' };
            const taken =
              model.state === 'candidate' ? await training.accept(decision) : await training.rollBack(decision);
            if (!taken.ok) throw new CommandRefused(taken.refusal, `Model ${options.model} cannot be used.`);
            await settle();
          }
        }
        const predicted = [];
        for (const { recordId, name } of recordsNamed(await records.list({}), names)) {
          const { jobId } = await records.predict({ recordId });
          const { beats, modelHash } = await follow<{ beats: number; modelHash: string }>(jobId);
          const { beatsByClass } = (await records.list({})).find((record) => record.recordId === recordId)!;
          const classes = Object.entries(beatsByClass).map(([c, n]) => `${c} ${n}`);
          output.line(`${name}: ${beats} beats, ${classes.join(', ')} (model ${modelHash.slice(0, 8)})`);
          predicted.push({ record: name, beats, modelHash, beatsByClass });
        }
        return { map: reviewClassMap, predicted };
      }),
    );

  addVerb('export <records...>', 'write records anew; originals are never touched')
    .requiredOption('--format <format>', 'wfdb, edf, bdf, samples (signals as CSV), csv (beats) or json (beats)')
    .requiredOption('--out <folder>', 'folder for the files')
    .option('--labels <which>', 'person: only labels by people; all: every beat with its current label', 'all')
    .option('--deidentify', 'name the files by a pseudonym', false)
    .action(
      (names: string[], options: CommonOptions & DeIdentifyOption & { format: string; out: string; labels: string }) =>
        withProgram(options, async ({ program, output, follow }) => {
          const { labels } = options;
          const format = exportFormats.find((one) => one === options.format);
          if (format === undefined)
            throw new CommandRefused(
              'unsupported-format',
              `Format ${options.format} cannot be written; ${exportFormats.join(', ')} can.`,
            );
          if (labels !== 'person' && labels !== 'all')
            throw new CommandRefused('bad-usage', `--labels is person or all, not ${labels}.`);
          const recordIds = recordsNamed(await program.api.records.list({}), names).map(({ recordId }) => recordId);
          const request = {
            recordIds,
            format,
            folder: pathFromHere(options.out),
            labels,
            deIdentify: options.deidentify,
          } as const;
          const { jobId } = await program.api.records.export(request);
          const exported = await follow<{ files: string[]; annotations: number }>(jobId);
          for (const file of exported.files) output.line(file);
          return exported;
        }),
    );

  addVerb('report <records...>', 'write the PDF report')
    .requiredOption('--out <folder>', 'folder for the files')
    .option('--deidentify', 'let a pseudonym stand for patient, record and files', false)
    .action((names: string[], options: CommonOptions & DeIdentifyOption & { out: string }) =>
      withProgram(options, async ({ program, output, follow }) => {
        const reports = [];
        for (const { recordId, name } of recordsNamed(await program.api.records.list({}), names)) {
          const folder = `${pathFromHere(options.out)}/`;
          const deIdentify = options.deidentify;
          const request = { recordId, sections: allSections, map: reviewClassMap, path: folder, deIdentify };
          const { jobId } = await program.api.reports.write(request);
          const { path, pages } = await follow<{ path: string; pages: number }>(jobId);
          output.line(`${path}: ${pages} pages`);
          reports.push({ ...(deIdentify ? {} : { record: name }), path, pages });
        }
        return { reports };
      }),
    );
}
