/* Where the running check leaves what it found: straight in the result, as the check's own. */
#ifndef GRADAUDIT_FINDINGS_H
#define GRADAUDIT_FINDINGS_H

#include "gradaudit/evidence.h"

struct ga_findings {
    const ga_evidence *evidence;
    ga_result *result;
    const ga_check *check;
    ga_verdict verdict; /* of the check: the worst of its findings */
    const char *reason; /* why it was skipped */
};

/*
 * Removes findings that are the consequence of others, in place. `silences` of each pair is applied
 * only by a finding of severity error or warning, as the table says; see precedence.c.
 */
void ga_apply_precedence(ga_result *result);

#endif
