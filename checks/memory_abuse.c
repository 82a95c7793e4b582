/*
 * P04 memory-abuse: the gradient callback wrote outside its buffer, or changed the parameters.
 *
 * In the flat form the buffer has guard elements on both sides. In the other form the buffers are
 * the user's, and only what lands in registered variables can be seen.
 */
#include "checks.h"

static ga_status report_overrun(ga_findings *out, const ga_calls *calls)
{
    const int after = calls->after > 0;
    const size_t count = after ? calls->after : calls->before;
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .count = count,
            .message =
                ga_findings_text(out, "the gradient callback writes %s%zu element%s %s its buffer",
                                 count >= 1024 ? "at least " : "", count, count == 1 ? "" : "s",
                                 after ? "past the end of" : "before the start of"),
            .why = "in a program of your own this lands in other variables, or in the heap's own "
                   "data, and "
                   "shows much later",
            .help =
                "check the loop's bound and the offsets of each block; g has exactly n elements",
        });
}

static ga_status report_change(ga_findings *out, ga_evidence *evidence, size_t variable)
{
    const ga_slots *const slots = ga_evidence_slots(evidence, variable);
    return ga_findings_add(
        out, variable,
        &(ga_finding){
            .count = 1,
            .indices = {slots->changed_index},
            .index_count = 1,
            .message = ga_findings_text(out, "the gradient callback changes the parameter %s",
                                        ga_findings_place(out, variable, slots->changed_index)),
            .why =
                "the gradient then belongs to another point than the loss, and the optimiser's own "
                "step is lost",
            .help =
                "compute on a copy, or put the value back before returning; for an in-place update "
                "without a gradient there is ga_problem_update()",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (calls->before + calls->after > 0) {
        status = report_overrun(out, calls);
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        if (ga_evidence_slots(evidence, v)->changed) {
            status = report_change(out, evidence, v);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_memory_abuse = {
    .code = "P04",
    .name = "memory-abuse",
    .severity = GA_ERROR,
    .summary = "the gradient callback writes its gradient and nothing else",
    .run = run,
};
