/*
 * P01 loss-nonfinite: the loss is NaN or infinite at the point itself. Nothing can be measured
 * then.
 */
#include "checks.h"

#include <math.h>

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (calls->loss_finite) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out, "the loss is %s at the point",
                                        isnan(calls->loss) ? "NaN"
                                        : calls->loss > 0  ? "+infinity"
                                                           : "-infinity"),
            .why = "no slope can be measured where the loss itself has no value; the audit of this "
                   "point ends here",
            .help = "start where the loss is defined: look for log or sqrt of a number that is not "
                    "positive, a division by 0, an exp that overflows, or data that holds a NaN",
        });
}

const ga_check ga_check_loss_nonfinite = {
    .code = "P01",
    .name = "loss-nonfinite",
    .severity = GA_ERROR,
    .summary = "the loss is finite at the point",
    .run = run,
};
