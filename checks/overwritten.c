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
        status = ga_findings_add(
            out, v,
            &(ga_finding){
                .count = 1,
                .indices = {slots->overwritten_index},
                .index_count = 1,
                .message = ga_findings_text(
                    out, "the loss sets %s: it was %.9g before the call and is %.9g after it",
                    ga_findings_place(out, v, slots->overwritten_index), slots->overwritten_from,
                    slots->overwritten_to),
                .why = "whatever an optimiser puts there is lost in the next call: the variable "
                       "never trains",
                .help = "set the start once, outside the loss; if the loss is meant to change it, "
                        "register it with .role = GA_STATE",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_overwritten = {
    .code = "V05",
    .name = "overwritten",
    .severity = GA_ERROR,
    .summary = "the loss leaves its variables alone",
    .explanation =
        "The loss itself sets a variable that is registered as trainable. Whatever an\n"
        "optimiser puts there is lost in the next call, so the variable never trains,\n"
        "though its gradient looks healthy.\n"
        "\n"
        "It is seen by comparing the variables, bit by bit, after a loss call; not only\n"
        "at the point but also at another one close to it, as a variable that is set to\n"
        "the very value it starts with does not change at the point.\n"
        "\n"
        "Mostly the start value is set inside the loss instead of once before; sometimes\n"
        "a clamp or a normalisation is written back into the parameter. Set the start\n"
        "outside; clamp a copy. If the loss is meant to change it, as a running mean or a\n"
        "counter, it is not trainable: register it with .role = GA_STATE, and it is put\n"
        "back before every call.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double loss(void *user)\n"
        "    {\n"
        "        model *m = user;\n"
        "        m->weight = 1.0; /* every call begins anew */\n"
        "        return m->weight * residual(m);\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    m->weight = 1.0; /* once, where the model is made */\n"
        "\n"
        "    static double loss(void *user)\n"
        "    {\n"
        "        model *m = user;\n"
        "        return m->weight * residual(m);\n"
        "    }",
    .run = run,
};
