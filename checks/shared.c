/* See checks.h. */
#include "checks.h"

#include <math.h>

const ga_calls *ga_checks_calls(ga_evidence *evidence, ga_findings *out, ga_status *status)
{
    const ga_calls *calls = NULL;
    *status = ga_evidence_calls(evidence, &calls);
    if (*status == GA_OK && !calls) {
        *status = ga_findings_skip(out, ga_evidence_why_not(evidence));
    }
    return *status == GA_OK ? calls : NULL;
}

const ga_repeats *ga_checks_repeats(ga_evidence *evidence, ga_findings *out, ga_status *status)
{
    const ga_repeats *repeats = NULL;
    *status = ga_evidence_repeats(evidence, &repeats);
    if (*status == GA_OK && !repeats) {
        *status = ga_findings_skip(out, ga_evidence_why_not(evidence));
    }
    return *status == GA_OK ? repeats : NULL;
}

const ga_elements *ga_checks_elements(ga_evidence *evidence, ga_findings *out, ga_status *status)
{
    const ga_elements *elements = NULL;
    *status = ga_evidence_elements(evidence, &elements);
    if (*status == GA_OK && !elements) {
        *status = ga_findings_skip(out, ga_evidence_why_not(evidence));
        return NULL;
    }
    if (*status == GA_OK && elements->measured == 0) {
        *status = ga_findings_skip(out, "no element was measured");
        return NULL;
    }
    return *status == GA_OK ? elements : NULL;
}

const char *ga_checks_more(ga_findings *out, size_t count, size_t elements)
{
    return count > 1 ? ga_findings_text(out, " (and %zu more of %zu elements)", count - 1, elements)
                     : "";
}

int ga_checks_digits(double one, double other)
{
    return fabs(one - other) > 1e-8 * fabs(one) ? 9 : 17;
}

static int is_fault(ga_cause cause)
{
    return cause == GA_CAUSE_MISMATCH || cause == GA_CAUSE_BROKEN_CHAIN ||
           cause == GA_CAUSE_PHANTOM;
}

ga_cause ga_checks_fault(const ga_elements *elements, size_t variable, ga_cause cause)
{
    size_t same = 0;
    size_t others = 0;
    for (size_t i = 0; i < elements->count; i++) {
        const ga_remark *const remark = &elements->remarks[i];
        if (remark->variable == variable && is_fault(remark->cause)) {
            same += remark->cause == cause;
            others += remark->cause == GA_CAUSE_MISMATCH;
        }
    }
    return cause == GA_CAUSE_MISMATCH || others > same ? GA_CAUSE_MISMATCH : cause;
}

size_t ga_checks_gather_fault(const ga_elements *elements, size_t variable, ga_cause cause,
                              ga_finding *finding, const ga_remark **worst)
{
    unsigned wanted = 0;
    const ga_cause faults[] = {GA_CAUSE_MISMATCH, GA_CAUSE_BROKEN_CHAIN, GA_CAUSE_PHANTOM};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (ga_checks_fault(elements, variable, faults[i]) == cause) {
            wanted |= 1u << faults[i];
        }
    }
    return ga_findings_gather(elements, variable, wanted, finding, worst);
}
