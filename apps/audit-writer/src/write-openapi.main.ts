import { writeFileSync } from 'node:fs';
import { openApiFile, openApiText } from './search/openapi.ts';

writeFileSync(openApiFile, openApiText());
