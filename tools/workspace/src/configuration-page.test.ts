import { expect, test } from 'vitest';
import { configurationPage } from './configuration-page.ts';

test('each process has a table of variable, meaning and default', () => {
  const page = configurationPage([
    {
      name: 'edge',
      main: 'apps/edge/src/main.ts',
      variables: [
        { name: 'AUTHZ_URL', description: 'Where authz is', required: true, default: null },
        { name: 'EDGE_PORT', description: 'One of a|b', required: false, default: '8443' },
        { name: 'EDGE_FILE', description: 'Its file', required: false, default: null },
      ],
    },
  ]);
  expect(page).toContain(`
## edge

\`node apps/edge/src/main.ts\`

| Variable | Meaning | Default |
|---|---|---|
| \`AUTHZ_URL\` | Where authz is | **required** |
| \`EDGE_PORT\` | One of a\\|b | \`8443\` |
| \`EDGE_FILE\` | Its file | none |
`);
});
