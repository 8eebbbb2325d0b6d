import { Refusal } from '@ssp/spine';
import { messageFault, type MessageFault } from '../door/message-fault.ts';
import { type Stage } from '../exchange.ts';

/** Refuses a message that a provider might frame or address otherwise than we do (RFC 9112 section 11.2). */
export function checkMessage(headersMax: number): Stage {
  return (req, _res, next) => {
    const fault = messageFault(req, headersMax);
    if (fault !== null) throw refusalOf(fault);
    next();
  };
}

function refusalOf(fault: MessageFault): Refusal {
  if (fault === 'expectation') return new Refusal('expectation-failed');
  if (fault === 'too-many-headers') return new Refusal('headers-too-large', { detail: fault }, fault);
  return new Refusal('malformed-request', { detail: fault }, fault);
}
