/*
 * G08 accumulated: the callback adds to the gradient instead of writing it, and nobody said so; or
 * it was declared to accumulate, and overwrites. Seen from what becomes of the prefilled buffer,
 * without any difference quotient; the gradient itself is judged apart from this.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable)
{
    const ga_slots *const slots = ga_evidence_slots(evidence, variable);
    const char *const name = ga_evidence_variable(evidence, variable)->name;
    if (slots->overwrites) {
        return ga_findings_add(
            out, variable,
            &(ga_finding){
                .message = ga_findings_text(out,
                                            "the gradient of `%s` is declared to accumulate, but "
                                            "the callback overwrites it",
                                            name),
                .why = "with two micro-batches the first one is lost",
                .help = "add to the buffer (+=), or drop .accumulates",
            });
    }
    return ga_findings_add(
        out, variable,
        &(ga_finding){
            .message = ga_findings_text(
                out, "the callback adds to the gradient of `%s` instead of writing it", name),
            .why = "from the second call on the optimiser sees a sum of old gradients; the first "
                   "call looks right when the buffer happens to be 0",
            .help = "clear the buffer at the start of the callback, or write with `=`; if it "
                    "accumulates by design, say .accumulates = 1",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->has_gradient || calls->is_update) {
        return ga_findings_skip(out, calls->is_update ? "the gradient is taken from an update"
                                                      : "there is no gradient to look at");
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        if (slots->accumulates || slots->overwrites) {
            status = report(evidence, out, v);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_accumulated = {
    .code = "G08",
    .name = "accumulated",
    .severity = GA_ERROR,
    .summary = "the gradient is written or added as declared",
    .explanation =
        "The callback adds to the gradient buffer instead of writing it, and nobody said\n"
        "so; or it was declared to add, and overwrites. The first call looks right\n"
        "whenever the buffer happens to hold zeros, and that is why tests which call it\n"
        "once never notice. From the second call on the optimiser follows the sum of all\n"
        "gradients so far.\n"
        "\n"
        "It is seen without measuring any slope: the buffer is filled with zeros in one\n"
        "call and with another number in the next, and if that number comes back added,\n"
        "the callback adds. Whether the gradient itself is right is judged apart from\n"
        "this, over zeros.\n"
        "\n"
        "Clear the buffer at the beginning of the callback, or write the first\n"
        "contribution with `=`. If adding is the design, because micro-batches are\n"
        "summed, say .accumulates = 1: the buffer is then cleared before each call, and\n"
        "it is checked that the callback does add.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    for (size_t i = 0; i < samples; i++) {\n"
        "        m->dw += residual(m, i) * input[i];\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    m->dw = 0.0;\n"
        "    for (size_t i = 0; i < samples; i++) {\n"
        "        m->dw += residual(m, i) * input[i];\n"
        "    }",
    .run = run,
};
