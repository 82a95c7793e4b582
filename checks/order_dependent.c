/*
 * N03 order-dependent: f(x), f(y), f(x): the first and the last differ, though calls in a row
 * agree.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_repeats *const repeats = ga_checks_repeats(evidence, out, &status);
    if (!repeats) {
        return status;
    }
    if (repeats->kind != GA_REPEAT_ORDER) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(
                out,
                "the loss at the point depends on where it was evaluated before: %.9g or "
                "%.9g",
                repeats->value, repeats->other),
            .why = "a cache, a warm start or a work buffer carries something over from the last "
                   "point; the difference "
                   "is counted as noise",
            .help = "start from the same state in every call, or clear it in a `reset` hook "
                    "(ga_problem_hooks)",
        });
}

const ga_check ga_check_order_dependent = {
    .code = "N03",
    .name = "order-dependent",
    .severity = GA_WARNING,
    .summary = "the loss does not depend on the point before",
    .run = run,
};
