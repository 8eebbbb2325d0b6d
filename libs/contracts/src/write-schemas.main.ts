import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { jsonSchemas, schemasFolder } from './json-schemas.ts';

const schemas = jsonSchemas();
mkdirSync(schemasFolder, { recursive: true });
for (const file of readdirSync(schemasFolder)) if (!schemas.has(file)) rmSync(new URL(file, schemasFolder));
for (const [file, content] of schemas) writeFileSync(new URL(file, schemasFolder), content);
process.stdout.write(`${schemas.size} schemas written\n`);
