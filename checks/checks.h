/* What the checks share: three lines that most of them would begin with. */
#ifndef GRADAUDIT_CHECKS_H
#define GRADAUDIT_CHECKS_H

#include "gradaudit/evidence.h"

/* A stage of evidence, or NULL after the check was marked as skipped; then return *status. */
const ga_calls *ga_checks_calls(ga_evidence *evidence, ga_findings *out, ga_status *status);
const ga_repeats *ga_checks_repeats(ga_evidence *evidence, ga_findings *out, ga_status *status);
const ga_elements *ga_checks_elements(ga_evidence *evidence, ga_findings *out, ga_status *status);

/* " (and 7 more of 12 elements)", or "" for a single one. */
const char *ga_checks_more(ga_findings *out, size_t count, size_t elements);

/* As many digits (for %.*g) as it takes to see that the two differ: 9, or all 17. */
int ga_checks_digits(double one, double other);

/*
 * Which of G01, G05 and G06 a failing element of this variable goes to. An element that is 0 by
 * accident in a gradient whose numbers are wrong anyway (transposed, say) is not a fault of its
 * own: zeros and phantoms have their own finding only when they are not outnumbered.
 */
ga_cause ga_checks_fault(const ga_elements *elements, size_t variable, ga_cause cause);

/* ga_findings_gather() by that rule: all remarks that ga_checks_fault() sends to `cause`. */
size_t ga_checks_gather_fault(const ga_elements *elements, size_t variable, ga_cause cause,
                              ga_finding *finding, const ga_remark **worst);

#endif
