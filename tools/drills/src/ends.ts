/** The picture is not the expected one. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** Somebody asked the drills to end. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}
