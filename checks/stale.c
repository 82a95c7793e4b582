/*
 * G09 stale: the gradient belongs to the previous point. After a move the callback returns what it
 * returned before, bit for bit, and a second call at the same point is right.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->has_gradient) {
        return ga_findings_skip(out, "there is no gradient to look at");
    }
    if (!calls->stale) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = "the gradient is that of the point before: after a move the callback "
                       "returns the old "
                       "one, and the right one only when it is called again",
            .why = "every step of an optimiser goes along the gradient of the last point; a check "
                   "that calls "
                   "it twice at one point never notices",
            .help =
                "compute from the x that was passed in; fill a cache before it is used, not after",
        });
}

const ga_check ga_check_stale = {
    .code = "G09",
    .name = "stale",
    .severity = GA_ERROR,
    .summary = "the gradient belongs to the point it was asked for",
    .run = run,
};
