/*
 * P03 gradient-unwritten: slots that the gradient callback never wrote. The buffer was filled with
 * a signalling NaN of known bits before the call, and those bits are still there: told apart from a
 * NaN that was computed and from a 0 that was written.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable)
{
    const ga_slots *const slots = ga_evidence_slots(evidence, variable);
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    ga_finding finding = {
        .count = slots->unwritten,
        .message =
            slots->unwritten == at->elements
                ? ga_findings_text(out, "the gradient of `%s` is never written", at->name)
                : ga_findings_text(
                      out,
                      "%zu of %zu slots of the gradient of `%s` are never written, the first is %s",
                      slots->unwritten, at->elements, at->name,
                      ga_findings_place(out, variable, slots->first[0])),
        .why = "whatever the buffer held before the call is taken for a gradient: often 0, often "
               "the last one, sometimes garbage",
        .help = at->is_tensor ? "write every element; when the callback adds to the buffer by "
                                "design, say .accumulates = 1"
                              : "write all n elements of g, also those that are 0",
    };
    for (size_t i = 0; i < slots->first_count; i++) {
        finding.indices[finding.index_count++] = slots->first[i];
    }
    return ga_findings_add(out, variable, &finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->has_gradient || !calls->sentinels) {
        return ga_findings_skip(
            out, calls->has_gradient
                     ? "the gradient arrives in buffers that could not be filled before the call"
                     : "there is no gradient to look at");
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        if (ga_evidence_slots(evidence, v)->unwritten > 0) {
            status = report(evidence, out, v);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_gradient_unwritten = {
    .code = "P03",
    .name = "gradient-unwritten",
    .severity = GA_ERROR,
    .summary = "the gradient callback writes every slot",
    .explanation =
        "The gradient callback left some slots as they were. What the buffer held before\n"
        "the call is then taken for a gradient: a 0 in a fresh buffer, which looks like a\n"
        "variable that does not matter; the last gradient in a used one; in the worst\n"
        "case whatever lay in memory.\n"
        "\n"
        "It is seen without any arithmetic. Before the call each slot is filled with a\n"
        "NaN of a pattern that no computation produces; where that pattern is still there\n"
        "afterwards, nothing was written. A NaN that was computed has other bits, and a 0\n"
        "that was written is a 0.\n"
        "\n"
        "The cause is nearly always a loop that ends too early, a branch that forgets one\n"
        "side, or a sparse backward pass that relies on a cleared buffer. Write every\n"
        "element, also those that are 0. When the callback adds to the buffer by design\n"
        "and expects it to be cleared, say so with .accumulates = 1: the buffer is then\n"
        "cleared before each call.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    for (size_t i = 0; i + 1 < n; i++) { /* the last one is forgotten */\n"
        "        g[i] = x[i];\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        g[i] = x[i];\n"
        "    }",
    .run = run,
};
