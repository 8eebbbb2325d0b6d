import { z } from 'zod';

/** Where auditors read targets with NHS numbers visible: `POST`; each read is audited before it is answered. */
export const fullUrlsPath = '/v1/full-urls';

/** Where all that a search finds is taken out, as a stream: `POST`; each export is audited before it begins. */
export const exportsPath = '/v1/exports';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The full URLs that were asked for, as far as the audit holds them. */
export const FullUrls = z.object({
  /** Id of the event by which this read is audited. */
  readId: z.string(),
  urls: z.array(
    z.object({
      internalId: z.string(),
      receivedAt: z.iso.datetime(),
      url: z.string(),
    }),
  ),
});
export type FullUrls = z.infer<typeof FullUrls>;
