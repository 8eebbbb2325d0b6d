import { agreementCases } from './agreement-cases.ts';
import { type DecisionCase } from './decision-case.ts';
import { receiverCases } from './receiver-cases.ts';
import { senderCases } from './sender-cases.ts';

/** Every case of the decision in the order of the checks. Each differs from an exchange that is allowed. */
export const decisionCases: readonly DecisionCase[] = [...senderCases, ...receiverCases, ...agreementCases];
