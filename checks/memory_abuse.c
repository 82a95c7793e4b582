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
                   "data, and shows much later",
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
            .why = "the gradient then belongs to another point than the loss, and the optimiser's "
                   "own step is lost",
            .help = "compute on a copy, or put the value back before returning; for an in-place "
                    "update without a gradient there is ga_problem_update()",
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
    .explanation =
        "The gradient callback wrote where it had no business: past either end of its\n"
        "buffer, or into the parameters themselves.\n"
        "\n"
        "In the flat form the buffer lies between guard elements, and what was written\n"
        "there is counted. In the other form the buffers are yours, so only what lands in\n"
        "a registered variable can be seen; for the rest build with -fsanitize=address.\n"
        "The parameters are compared, bit by bit, with what they were before the call,\n"
        "and put back.\n"
        "\n"
        "An overrun damages some other variable, or the heap, and shows much later and\n"
        "somewhere else. A changed parameter is worse than it looks: the gradient then\n"
        "belongs to another point than the loss, and the step of the optimiser is partly\n"
        "undone. Check the bound of the loop and the offset of each block; compute on a\n"
        "copy, or put the value back before returning. If the callback is meant to update\n"
        "the parameters, there is no gradient to hand over, only a step: that is what\n"
        "ga_problem_update() is for.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    for (size_t i = 0; i <= n; i++) { /* n + 1 elements */\n"
        "        g[i] = 2.0 * x[i];\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        g[i] = 2.0 * x[i];\n"
        "    }",
    .run = run,
};
