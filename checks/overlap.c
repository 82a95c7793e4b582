/*
 * V04 overlap: two registered ranges share memory, or one is registered twice. Two names then move
 * one number, and a slope belongs to neither.
 */
#include "checks.h"

enum {
    MOST = 32
};

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_shared_memory pairs[MOST];
    ga_status status = GA_OK;
    const size_t count = ga_evidence_overlaps(evidence, pairs, MOST);
    for (size_t i = 0; i < count && status == GA_OK; i++) {
        status = ga_findings_add(
            out, pairs[i].second_variable,
            &(ga_finding){
                .message = ga_findings_text(
                    out, "`%s` and `%s` share %zu bytes%s", pairs[i].first, pairs[i].second,
                    pairs[i].bytes, pairs[i].of_gradients ? " of their gradient buffers" : ""),
                .why = pairs[i].of_gradients
                           ? "the callback that writes one gradient overwrites the other"
                           : "an optimiser would update that memory twice per step",
                .help = "check offsets and sizes; a tied weight is one variable, registered once, "
                        "whose "
                        "gradient is the sum of all its uses",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_overlap = {
    .code = "V04",
    .name = "overlap",
    .severity = GA_ERROR,
    .summary = "no two variables share memory",
    .run = run,
};
