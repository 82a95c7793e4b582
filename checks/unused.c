/*
 * V03 unused: registered, but the loss does not react at any step size, nor elsewhere: also when it
 * enters only as 0 * w.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_reaction *reaction = NULL;
        status = ga_evidence_reaction(evidence, v, &reaction);
        if (status != GA_OK || !reaction || !reaction->asked || reaction->reacts) {
            continue;
        }
        status = ga_findings_add(
            out, v,
            &(ga_finding){
                .message = ga_findings_text(out, "the loss does not depend on `%s`",
                                            ga_evidence_variable(evidence, v)->name),
                .why = "moving it by up to ten times its size, here and at another point, leaves "
                       "the loss the same "
                       "to the last bit",
                .help = "the loss reads another copy, multiplies it by 0, or does not use it; if "
                        "it is not meant to "
                        "train, register it with .role = GA_FROZEN",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_unused = {
    .code = "V03",
    .name = "unused",
    .severity = GA_WARNING,
    .summary = "the loss reacts to every trainable variable",
    .run = run,
};
