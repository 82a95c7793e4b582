/*
 * V03 unused: registered, but the loss does not react at any step size, nor elsewhere: also when it
 * enters only as 0 * w.
 */
#include "checks.h"

/* Beside the rounding of the loss so small a change could not be seen; then nothing is known. */
static const double VISIBLE_QUANTA = 64.0;

/* Does the variable claim a gradient that is only too small to be seen in this loss? */
static int is_out_of_sight(const ga_evidence *evidence, const ga_elements *elements,
                           size_t variable, const ga_reaction *reaction)
{
    return ga_evidence_slots(evidence, variable)->largest > 0 &&
           reaction->predicted <= VISIBLE_QUANTA * elements->quantum;
}

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
        if (status != GA_OK || !reaction || !reaction->asked || reaction->reacts ||
            is_out_of_sight(evidence, elements, v, reaction)) {
            continue;
        }
        status = ga_findings_add(
            out, v,
            &(ga_finding){
                .message = ga_findings_text(out, "the loss does not depend on `%s`",
                                            ga_evidence_variable(evidence, v)->name),
                .why = "moving it by up to ten times its size, here and at another point, leaves "
                       "the loss the same to the last bit",
                .help = "the loss reads another copy, multiplies it by 0, or does not use it; if "
                        "it is not meant to train, register it with .role = GA_FROZEN",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_unused = {
    .code = "V03",
    .name = "unused",
    .severity = GA_WARNING,
    .summary = "the loss reacts to every trainable variable",
    .explanation =
        "A trainable variable has no influence on the loss. It was moved by a little and\n"
        "by up to ten times its size, at the point and at another one, and the loss\n"
        "stayed the same to the last bit.\n"
        "\n"
        "A gradient of 0 is then right, so nothing but this check would tell you. It is a\n"
        "warning, because the program may be in order: a layer that is switched off, a\n"
        "weight that enters as 0 * w.\n"
        "\n"
        "More often the loss reads another copy of the variable, or the wrong one of two,\n"
        "or the variable was registered and then forgotten. Optimiser state and storage\n"
        "are spent on it, and the model is smaller than you think. Use it, drop it, or\n"
        "register it with .role = GA_FROZEN if it is not meant to be trained. If it only\n"
        "waits for another configuration: ga_allow(p, \"V03\", \"skip\", \"gate closed in this\n"
        "test\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    GA_VARIABLE(p, \"slope\", &m->slope, &m->dslope);\n"
        "    ...\n"
        "    loss += 0.0 * m->slope * x; /* switched off */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    GA_VARIABLE(p, \"slope\", &m->slope, &m->dslope);\n"
        "    ...\n"
        "    loss += m->slope * x;",
    .run = run,
};
