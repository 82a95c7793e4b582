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
    if (*status == GA_OK && elements->measured == 0 && !elements->screened) {
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

const char *ga_checks_extent(ga_evidence *evidence, ga_findings *out, size_t variable, size_t count)
{
    const ga_screened *const screened = ga_evidence_screened(evidence, variable);
    const size_t elements = ga_evidence_variable(evidence, variable)->elements;
    return screened->is_dense && screened->sampled > 0
               ? ga_findings_text(out, " (%zu of %zu sampled elements are wrong, of %zu in all)",
                                  screened->sampled_wrong, screened->sampled, elements)
               : ga_checks_more(out, count, elements);
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

/* A sample of what is wrong all over a variable shows one fault: a layer that is 0 beside one that
 * is off is no broken chain. So many times rarer, a mismatch beside it is another one. */
static const size_t RARER = 4;

/* The cause under which a fault of this variable is reported. */
static ga_cause reported_as(const ga_elements *elements, size_t variable, int is_dense,
                            ga_cause cause)
{
    size_t same = 0;
    size_t mismatches = 0;
    if (!is_fault(cause)) {
        return cause;
    }
    for (size_t i = 0; i < elements->count; i++) {
        const ga_remark *const remark = &elements->remarks[i];
        if (remark->variable == variable) {
            same += remark->cause == cause;
            mismatches += remark->cause == GA_CAUSE_MISMATCH;
        }
    }
    return (is_dense ? RARER : 1) * mismatches > same ? GA_CAUSE_MISMATCH : cause;
}

/* All causes, as bits, that are reported as this one. */
static unsigned causes_of(const ga_elements *elements, size_t variable, int is_dense,
                          ga_cause cause)
{
    unsigned causes = 0;
    for (unsigned other = GA_CAUSE_NONE + 1; other <= GA_CAUSE_JUMP; other++) {
        if (reported_as(elements, variable, is_dense, (ga_cause)other) == cause) {
            causes |= 1u << other;
        }
    }
    return causes;
}

ga_status ga_checks_each(ga_evidence *evidence, ga_findings *out, ga_cause cause,
                         ga_checks_report *report)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        ga_finding finding = {0};
        const ga_remark *worst = NULL;
        const unsigned causes =
            causes_of(elements, v, ga_evidence_screened(evidence, v)->is_dense, cause);
        if (ga_findings_gather(elements, v, causes, &finding, &worst) > 0) {
            status = report(evidence, out, v, &finding, worst);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

/* What is wrong with a variable as a whole, where no element says so; GA_CAUSE_NONE: nothing. */
static ga_cause cause_along(const ga_elements *elements, size_t variable,
                            const ga_screened *screened)
{
    if (screened->verdict != GA_FAIL) {
        return GA_CAUSE_NONE;
    }
    for (size_t i = 0; i < elements->count; i++) {
        if (elements->remarks[i].variable == variable && is_fault(elements->remarks[i].cause)) {
            return GA_CAUSE_NONE;
        }
    }
    return screened->is_flat       ? GA_CAUSE_PHANTOM
           : screened->claims_zero ? GA_CAUSE_BROKEN_CHAIN
                                   : GA_CAUSE_MISMATCH;
}

ga_status ga_checks_each_and_along(ga_evidence *evidence, ga_findings *out, ga_cause cause,
                                   ga_checks_report *report, ga_checks_report_along *report_along)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    for (size_t v = 0; elements && v < ga_evidence_variable_count(evidence); v++) {
        const ga_screened *const screened = ga_evidence_screened(evidence, v);
        if (cause_along(elements, v, screened) != cause) {
            continue;
        }
        ga_finding finding = {
            .count = ga_evidence_variable(evidence, v)->elements,
            .has_numbers = screened->directions > 0,
            .analytic = screened->claimed,
            .measured = screened->measured,
            .uncertainty = screened->uncertainty,
            .along = 1,
            .point = screened->point,
        };
        status = report_along(evidence, out, v, &finding, screened);
        if (status != GA_OK) {
            return status;
        }
    }
    return elements ? ga_checks_each(evidence, out, cause, report) : status;
}
