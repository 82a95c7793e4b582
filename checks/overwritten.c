/*
 * V05 overwritten: the loss sets a registered variable during the call. Compared after a call at a
 * jittered point, so that a reset to the very value it has shows too.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    if (!ga_checks_calls(evidence, out, &status)) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        if (!slots->overwritten) {
            continue;
        }
        status =
            ga_findings_add(out, v,
                            &(ga_finding){
                                .count = 1,
                                .indices = {slots->overwritten_index},
                                .index_count = 1,
                                .message = ga_findings_text(
                                    out,
                                    "the loss sets %s: it was %.9g before the call and is %.9g "
                                    "after it",
                                    ga_findings_place(out, v, slots->overwritten_index),
                                    slots->overwritten_from, slots->overwritten_to),
                                .why = "whatever an optimiser puts there is lost in the next call: "
                                       "the variable never trains",
                                .help = "set the start once, outside the loss; if the loss is "
                                        "meant to change it, register "
                                        "it with .role = GA_STATE",
                            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_overwritten = {
    .code = "V05",
    .name = "overwritten",
    .severity = GA_ERROR,
    .summary = "the loss leaves its variables alone",
    .run = run,
};
