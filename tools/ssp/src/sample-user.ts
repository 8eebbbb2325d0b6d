/** Nobody: who calls from a terminal has no session of a clinical system. */
export const sampleUser = {
  device: {
    system: 'https://consumer.example/device',
    value: 'device-1',
    model: 'Example system',
    version: '1.0',
  },
  practitioner: {
    id: 'practitioner-1',
    name: { family: 'Example', given: ['Erin'], prefix: ['Dr'] },
    sdsUserId: '111122223333',
    sdsRoleProfileId: 'UNK',
    local: { system: 'https://consumer.example/user', value: 'user-1' },
  },
};
