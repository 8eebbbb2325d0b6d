const media = { stu3: 'application/fhir+json', dstu2: 'application/json+fhir' } as const;

/** The media type of an answer: what `_format` wants, else `Accept`, else STU3's. */
export function mediaTypeOf(format: string | null, accept: string | undefined): string {
  const asked = format ?? accept ?? '';
  return asked.includes(media.dstu2) && !asked.includes(media.stu3) ? media.dstu2 : media.stu3;
}
