import { type Aim } from './aims.ts';
import { table } from './table.ts';

/** What the platform aims at, what it reaches, and whether that holds. */
export function aimTable(aims: readonly Aim[]): string {
  return table(
    ['Aim', 'at most', 'measured', 'least–most', 'holds'],
    aims.map(({ name, unit, atMost, value, least, most }) => [
      name,
      atMost === null ? '' : withUnit(String(atMost), unit),
      withUnit(shown(value, unit), unit),
      `${shown(least, unit)}–${shown(most, unit)}`,
      atMost === null ? '' : value <= atMost ? 'yes' : 'no',
    ]),
  );
}

const shown = (value: number, unit: string) => value.toFixed(unit === 'µs' ? 0 : 2);
const withUnit = (text: string, unit: string) => (unit === '' ? text : `${text} ${unit}`);
