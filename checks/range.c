/*
 * P09 range: a gradient so large or so small that the next step may overflow or underflow.
 */
#include "checks.h"

/* Square roots of the largest and the smallest normal number: beyond, squares (norms, Adam's second
 * moment) overflow or vanish. */
static const double LARGE_F64 = 0x1p+511;
static const double SMALL_F64 = 0x1p-511;
static const double LARGE_F32 = 0x1p+63;
static const double SMALL_F32 = 0x1p-63;

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->has_gradient) {
        return ga_findings_skip(out, "there is no gradient to look at");
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        const ga_described *const at = ga_evidence_variable(evidence, v);
        const int is_float = at->dtype == GA_F32;
        const int large = slots->largest > (is_float ? LARGE_F32 : LARGE_F64);
        const int small = slots->largest > 0 && slots->largest < (is_float ? SMALL_F32 : SMALL_F64);
        if (!large && !small) {
            continue;
        }
        status = ga_findings_add(
            out, v,
            &(ga_finding){
                .count = 1,
                .message = ga_findings_text(
                    out, "the gradient of `%s` is as %s as %.3g: its square %s", at->name,
                    large ? "large" : "small", slots->largest, large ? "overflows" : "underflows"),
                .why = "norms and adaptive optimisers square it",
                .help = "rescale the loss or the variable",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_range = {
    .code = "P09",
    .name = "range",
    .severity = GA_NOTE,
    .summary = "values and gradients are far from overflow and underflow",
    .explanation =
        "Some gradient is so large that its square overflows, or so small that its square\n"
        "underflows to 0. It may be perfectly right: this is a note, and it counts for\n"
        "nothing. But norms, line searches and the second moments of adaptive optimisers\n"
        "(Adam, RMSProp) square each element, and from there on they compute with\n"
        "infinity or with 0.\n"
        "\n"
        "The limits are 1e154 and 1e-154 in double, 1e19 and 1e-19 in float; the largest\n"
        "element of each variable is compared with them.\n"
        "\n"
        "The cause is a loss or a variable in an unfortunate unit: lengths of atoms in\n"
        "metres, probabilities multiplied instead of their logarithms added, a penalty\n"
        "factor of 1e200. Rescale the one or the other, so that values and slopes are\n"
        "near 1.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    double likelihood = 1.0;\n"
        "    for (size_t i = 0; i < count; i++) {\n"
        "        likelihood *= density(data[i], x); /* 1e-300 after a few hundred */\n"
        "    }\n"
        "    return -likelihood;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double sum = 0.0;\n"
        "    for (size_t i = 0; i < count; i++) {\n"
        "        sum += log_density(data[i], x);\n"
        "    }\n"
        "    return -sum;",
    .run = run,
};
