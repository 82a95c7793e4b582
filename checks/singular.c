/*
 * S05 singular: the loss is finite at the point, but has no derivative there, and the gradient
 * shows it: the root at 0, |x| at 0 by x/|x|.
 */
#include "checks.h"

/* So many of the elements of a variable are looked at, 4 evaluations each. */
enum {
    LOOK_AT = 8
};

static ga_status report(ga_findings *out, size_t variable, size_t index, size_t count)
{
    return ga_findings_add(
        out, variable,
        &(ga_finding){
            .count = count,
            .indices = {index},
            .index_count = 1,
            .message =
                ga_findings_text(out, "the loss has no derivative along %s here, only a value",
                                 ga_findings_place(out, variable, index)),
            .why = "the even part of its change does not fall with the square of the step, as it "
                   "does where the loss is smooth",
            .help = "move the start off the singular point, or define the gradient there: 0 is a "
                    "valid choice for |x| and for a norm; sqrt(x + tiny) instead of sqrt(x)",
        });
}

static ga_status look_at(ga_evidence *evidence, ga_findings *out, size_t variable)
{
    const ga_slots *const slots = ga_evidence_slots(evidence, variable);
    size_t count = 0;
    size_t first = 0;
    for (size_t i = 0; i < slots->first_count && i < LOOK_AT; i++) {
        int singular = 0;
        const ga_status status =
            ga_evidence_singular(evidence, variable, slots->first[i], &singular);
        if (status != GA_OK) {
            return status;
        }
        if (singular == 1) {
            first = count == 0 ? slots->first[i] : first;
            count++;
        }
    }
    return count > 0 ? report(out, variable, first, count) : GA_OK;
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_repeats *const repeats = ga_checks_repeats(evidence, out, &status);
    if (!repeats) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        if (slots->unwritten == 0 && slots->nan + slots->infinite > 0) {
            status = look_at(evidence, out, v);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_singular = {
    .code = "S05",
    .name = "singular",
    .severity = GA_ERROR,
    .summary = "where the gradient is not finite, the loss is smooth",
    .explanation =
        "The loss has a value here, but no derivative, and the gradient shows it by NaN\n"
        "or infinity: sqrt at 0, the norm of a zero vector, x/|x| at 0.\n"
        "\n"
        "It is looked for where the gradient is not finite (P02). The loss is evaluated\n"
        "to both sides at two small steps. For a smooth loss the even part of its change\n"
        "falls with the square of the step; at a kink or a root it does not. Where the\n"
        "loss turns out to be smooth, only P02 is reported: then the fault is in the\n"
        "formula of the gradient alone.\n"
        "\n"
        "A start at exactly 0 is the usual reason. Move the start; or choose a value for\n"
        "the gradient at that point, since 0 is a valid one for |x| and for a norm; or\n"
        "smooth the loss, by sqrt(x + tiny) instead of sqrt(x), in loss and gradient\n"
        "alike. If the point cannot occur in practice, say so: ga_allow(p, \"S05\", NULL,\n"
        "\"never starts at 0\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    loss = sqrt(x[0]);\n"
        "    g[0] = 0.5 / sqrt(x[0]); /* infinite at 0 */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    loss = sqrt(x[0] + 1e-12);\n"
        "    g[0] = 0.5 / sqrt(x[0] + 1e-12);",
    .run = run,
};
