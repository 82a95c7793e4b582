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

/* The same for faults of a variable, where perhaps only a sample of it was measured. */
const char *ga_checks_extent(ga_evidence *evidence, ga_findings *out, size_t variable,
                             size_t count);

/* As many digits (for %.*g) as it takes to see that the two differ: 9, or all 17. */
int ga_checks_digits(double one, double other);

/* What a check on elements says of one variable: `finding` has its indices, count and numbers
 * already, those of the worst remark first. */
typedef ga_status ga_checks_report(ga_evidence *evidence, ga_findings *out, size_t variable,
                                   ga_finding *finding, const ga_remark *worst);

/*
 * Report each variable with remarks of this cause; pass when there is none.
 *
 * Of the faults G01, G05 and G06 an element that is 0 by accident in a gradient whose numbers are
 * wrong anyway (transposed, say) is not one of its own: zeros and phantoms go to GA_CAUSE_MISMATCH
 * where mismatches outnumber them.
 */
ga_status ga_checks_each(ga_evidence *evidence, ga_findings *out, ga_cause cause,
                         ga_checks_report *report);

/* What a check says of a variable that directions through it show to be wrong, while no element of
 * it was found wanting: `finding` has its numbers already, those along the most telling one. */
typedef ga_status ga_checks_report_along(ga_evidence *evidence, ga_findings *out, size_t variable,
                                         ga_finding *finding, const ga_screened *screened);

/* Both: elements of this cause, and variables of this cause. */
ga_status ga_checks_each_and_along(ga_evidence *evidence, ga_findings *out, ga_cause cause,
                                   ga_checks_report *report, ga_checks_report_along *report_along);

#endif
