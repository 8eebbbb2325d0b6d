/** A FHIR resource as an object ready for JSON. */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly [field: string]: unknown;
}

/** The JSON text of a Bundle of exactly these resources. */
export function bundleOf(
  type: 'searchset' | 'collection' | 'document',
  resources: readonly Resource[],
): string {
  return render(type, resources.map(entry));
}

/** The JSON text of a Bundle that begins with `first` and goes on with `next(0)`, `next(1)`… to about `targetBytes`. */
export function bundleOfSize(
  type: 'searchset' | 'collection' | 'document',
  first: readonly Resource[],
  next: (index: number) => Resource,
  targetBytes: number,
): string {
  const entries = first.map(entry);
  let bytes = entries.reduce((sum, text) => sum + text.length + 1, 120);
  for (let index = 0; ; index += 1) {
    const text = entry(next(index));
    if (bytes + text.length / 2 > targetBytes) return render(type, entries);
    entries.push(text);
    bytes += text.length + 1;
  }
}

function entry(resource: Resource): string {
  return JSON.stringify({ fullUrl: `${resource.resourceType}/${resource.id ?? ''}`, resource });
}

function render(type: string, entries: readonly string[]): string {
  const total = type === 'searchset' ? `"total":${entries.length},` : '';
  return `{"resourceType":"Bundle","type":"${type}",${total}"entry":[${entries.join(',')}]}`;
}
