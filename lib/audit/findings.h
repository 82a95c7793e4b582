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
    int failed;         /* a text found no memory: the finding is not whole */
};

/* Removes findings that are the consequence of others; precedence.c has the table. by_repeats: the
 * loss is not repeatable, and its slopes were measured as means. */
void ga_apply_precedence(ga_result *result, int by_repeats);

#endif
