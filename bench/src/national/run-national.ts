import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { table } from '../report/table.ts';
import { type LoadFindings, measureLoad } from './measure-load.ts';
import { type NationalSize, nationalSize } from './national-directory.ts';
import { startNationalRig } from './national-rig.ts';

// A tenth of the practices and systems: shows that everything works.
const quickSize: NationalSize = { practices: 400, interactionsEach: 21, consumers: 2_000 };

/** Measures the load of a national directory, writes its part of the page unless quick, and returns the part. */
export function runNational(quick: boolean, leash: Leash, report: Report): Promise<string> {
  return runPagePart(
    { page: benchPaths.authzPage, part: 'national-load', quick },
    report,
    async (machine) => {
      await using resources = new AsyncDisposableStack();
      const size = quick ? quickSize : nationalSize;
      const rig = await startNationalRig(size, leash, report, resources);
      const findings = await measureLoad(rig, size, leash, report, resources);
      return renderLoad(size, findings, machine, new Date());
    },
  );
}

function renderLoad(size: NationalSize, found: LoadFindings, machine: string, now: Date): string {
  const rows = [
    ['whole load into empty tables', seconds(found.firstSeconds), '< 60 s'],
    ['whole load, nothing changed', seconds(found.againSeconds), '< 60 s'],
    ['peak memory of the loader (resident)', `${found.peakRssMb.toFixed(0)} MB`, '< 250 MB'],
    ['an entry added and one modified, asked for', seconds(found.changedSeconds), '< 5 s'],
    ['an entry deleted, asked for while nothing runs', seconds(found.deletedSeconds.idle), '< 5 s'],
    ['an entry deleted, asked for while a listing runs', seconds(found.deletedSeconds.listing), '< 5 s'],
    ['first listing of all names and revisions', seconds(found.listingSeconds), ''],
    ['an entry modified, noticed by itself', seconds(found.byItselfSeconds.modified), '< 60 s'],
    ['an entry deleted, noticed by itself', seconds(found.byItselfSeconds.deleted), '< 60 s'],
  ];
  return `## Loading a national directory

${size.practices} practices that answer ${size.interactionsEach} interactions each, ${size.consumers} consumer systems: ${found.entries} entries
in OpenLDAP over LDAPS with mutual TLS, loaded by \`sync-sds\` into Postgres, all on one machine (${machine},
${now.toISOString().slice(0, 10)}). Measured from outside: from the change or the demand to the commit, memory as the kernel counts it.

${table(['what', 'measured', 'aim'], rows)}

\`npm run bench -- --only national\` writes this part anew.
`;
}

const seconds = (value: number) => `${value.toFixed(1)} s`;
