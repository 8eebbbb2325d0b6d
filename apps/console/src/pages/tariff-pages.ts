import { TariffDifference, tariffsPath, TariffText, TariffVersions } from '@ssp/contracts';
import { z } from 'zod';
import { type Api, ApiError } from '../api.ts';
import { readGround } from '../audit/reading-ground.ts';
import { fieldErrors } from '../books/field-errors.ts';
import { differenceTable, minimumTable, priceTable, versionTable } from '../books/tariff-tables.ts';
import { formatCount, formatMonth } from '../number-forms.ts';
import { type Fault, type Page, type View, type Visit } from '../page.ts';

const roles = ['billing', 'operator', 'auditor'] as const;
const exportPath = `${tariffsPath}/export`;

/** The tariffs in force, and how others take their place: a file, what it would change, and who says why. */
export function tariffPages(billing: Api): readonly Page[] {
  const readInForce = ({ person }: Visit) => billing.read(TariffText, { path: exportPath }, person);
  return [
    {
      path: '/tariffs',
      roles,
      place: { group: 'Billing', text: 'Tariffs' },
      get: async (visit) => {
        const [inForce, versions] = await Promise.all([
          readInForce(visit),
          billing.read(TariffVersions, { path: tariffsPath }, visit.person),
        ]);
        return {
          kind: 'view',
          template: 'books/tariffs.njk',
          title: 'Tariffs',
          content: {
            version: inForce.version === '0' ? null : inForce.version,
            tables: [
              ...(inForce.prices.length > 0 ? [priceTable(inForce)] : []),
              ...(inForce.minimums.length > 0 ? [minimumTable(inForce)] : []),
              ...(versions.versions.length > 0 ? [versionTable(versions)] : []),
            ],
            mayPropose: visit.person.role === 'billing',
          },
        };
      },
    },
    {
      path: '/tariffs/file',
      roles,
      place: { under: '/tariffs' },
      get: async (visit) => {
        const contentType = 'application/yaml';
        const ask = { path: exportPath, query: { format: 'yaml' } };
        const { fileName, text } = await billing.file(contentType, ask, visit);
        return { kind: 'download', fileName: fileName ?? 'tariffs.yaml', contentType, body: text };
      },
    },
    {
      path: '/tariffs/proposal',
      roles: ['billing'],
      place: { under: '/tariffs' },
      get: async (visit) => proposalView({ text: (await readInForce(visit)).text }),
      post: async (visit) => {
        const { form } = visit;
        // Forms send lines as CR and LF.
        const text = (form.get('text') ?? '').replaceAll('\r\n', '\n');
        if (form.get('step') === 'edit') return proposalView({ text });
        if (text.trim() === '')
          return proposalView({ text, faults: [{ field: 'text', text: 'Give a file' }] });
        try {
          if (form.get('step') === 'load') return await loadTariffs(billing, visit, text);
          const difference = await askDifference(billing, visit, text);
          return differenceView({ text, difference, why: '', faults: [] });
        } catch (error) {
          return proposalView({ text, faults: faultsOf(error) });
        }
      },
    },
  ];
}

const askDifference = (billing: Api, { person }: Visit, text: string) =>
  billing.read(TariffDifference, { path: `${tariffsPath}/diff`, method: 'POST', body: { text } }, person);

async function loadTariffs(billing: Api, visit: Visit, text: string) {
  const { why, faults } = readGround(visit.form);
  const refused = async (found: readonly Fault[]) =>
    differenceView({ text, difference: await askDifference(billing, visit, text), why, faults: found });
  if (faults.length > 0) return refused(faults);
  const body = { text, version: visit.form.get('version') ?? '', why };
  try {
    await billing.read(TariffDifference, { path: tariffsPath, method: 'POST', body }, visit.person);
  } catch (error) {
    // By now other tariffs are in force, or a month was closed: what it would change is another than was looked at.
    const isOvertaken = error instanceof ApiError && (error.status === 409 || error.status === 412);
    if (!isOvertaken) throw error;
    return refused([{ field: 'difference', text: error.detail ?? 'It cannot be put in force now.' }]);
  }
  return { kind: 'redirect', to: '/tariffs' } as const;
}

const FaultyFile = z.object({
  faults: z.array(z.object({ line: z.int(), column: z.int(), path: z.string(), message: z.string() })),
  faultCount: z.int(),
});

/** The faults of a file, each with its place. @throws the error, where it tells of none */
function faultsOf(error: unknown): readonly Fault[] {
  if (!(error instanceof ApiError) || error.status !== 422) throw error;
  const { faults, faultCount } = FaultyFile.parse(error.problem);
  const more = faultCount - faults.length;
  return [
    ...faults.map(({ line, column, path, message }) => ({
      field: 'text',
      text: `Line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${message}`,
    })),
    ...(more > 0 ? [{ field: 'text', text: `And ${formatCount(more)} more` }] : []),
  ];
}

function proposalView({
  text,
  faults = [],
}: {
  readonly text: string;
  readonly faults?: readonly Fault[];
}): View {
  return {
    kind: 'view',
    template: 'books/tariff-proposal.njk',
    title: 'Propose tariffs',
    faults,
    content: { text, hasFaults: faults.length > 0 },
  };
}

function differenceView({
  text,
  difference,
  why,
  faults,
}: {
  readonly text: string;
  readonly difference: TariffDifference;
  readonly why: string;
  readonly faults: readonly Fault[];
}): View {
  const { version, changes, counts, leftOut, closedMonths } = difference;
  return {
    kind: 'view',
    template: 'books/tariff-difference.njk',
    title: 'What the file would change',
    faults,
    breadcrumbs: [{ text: 'Propose tariffs', href: '/tariffs/proposal' }],
    content: {
      text,
      version,
      why,
      errors: fieldErrors(faults),
      summary: `${formatCount(counts.added)} new, ${formatCount(counts.changed)} changed and ${formatCount(counts.removed)} gone, compared with ${version === '0' ? 'no tariffs' : `version ${version}`}.`,
      table: changes.length === 0 ? null : differenceTable(difference),
      leftOut: leftOut === 0 ? null : formatCount(leftOut),
      closedMonths: closedMonths.map(formatMonth).join(', '),
    },
  };
}
