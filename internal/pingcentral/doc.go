// Package pingcentral reads PingCentral's applications, environments and
// promotion histories, and promotes and reverts applications by the four steps
// that make a write safe to ask for in a chat:
//
//  1. PlanPromotion or PlanRevert reads the state, refuses what cannot work and
//     returns a [Plan], whose Words an approver reads.
//  2. Somebody approves: the user, asked with those words; or, where nobody can
//     be asked, a second call that presents the plan as a sealed token (Seal,
//     Open); or a flag on a command line. A shielded environment is changed only
//     by a person's word.
//  3. Execute reads the state again. A difference from what was approved is a
//     [ChangedError] with a new plan, and nothing is sent.
//  4. The act is sent once. When its outcome is in doubt, Execute reads the
//     history and says what it found.
//
// # How far "good once" reaches
//
// Every plan has an id, and its use is claimed in a [PlanStore] before anything
// is sent. Within one process, and between processes that share a store, a plan
// is carried out at most once. Replicas that share a key but no store each keep
// their own memory: a plan sent to two of them at the same moment can be
// carried out by both. One after the other it cannot, as the first leaves a new
// row in the history, which the plan's digest covers. The claim on the
// application that keeps two writes apart has the same reach.
//
// A store that cannot be reached refuses the write. A Redis that loses what it
// was told, as in a failover before the claim was copied, forgets the claim too.
package pingcentral
