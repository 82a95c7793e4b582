/*
 * P02 gradient-nonfinite: the gradient callback computed NaN or infinity. Slots that it never wrote
 * are P03.
 */
#include "checks.h"

static const char *kind(ga_findings *out, const ga_slots *slots)
{
    if (slots->infinite == 0) {
        return ga_findings_text(out, "%zu NaN", slots->nan);
    }
    if (slots->nan == 0) {
        return ga_findings_text(out, "%zu infinite", slots->infinite);
    }
    return ga_findings_text(out, "%zu NaN, %zu infinite", slots->nan, slots->infinite);
}

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable)
{
    const ga_slots *const slots = ga_evidence_slots(evidence, variable);
    const size_t count = slots->nan + slots->infinite;
    const char *const place = slots->first_count > 0 && slots->unwritten == 0
                                  ? ga_findings_place(out, variable, slots->first[0])
                                  : "an element";
    ga_finding finding = {
        .count = count,
        .message =
            ga_findings_text(out, "the gradient of `%s` is not finite: %s of %zu, the first at %s",
                             ga_evidence_variable(evidence, variable)->name, kind(out, slots),
                             ga_evidence_variable(evidence, variable)->elements, place),
        .why = "the loss is finite here, the gradient is not: one step of any optimiser makes "
               "every later value NaN",
        .help = "look for 0/0, x/|x| at 0, the derivative of sqrt or log at 0, inf - inf; treat "
                "the special point on its own",
    };
    for (size_t i = 0; i < slots->first_count && slots->unwritten == 0; i++) {
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
    if (!calls->has_gradient) {
        return ga_findings_skip(out, "there is no gradient to look at");
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        if (slots->nan + slots->infinite > 0) {
            status = report(evidence, out, v);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_gradient_nonfinite = {
    .code = "P02",
    .name = "gradient-nonfinite",
    .severity = GA_ERROR,
    .summary = "no element of the gradient is NaN or infinite",
    .explanation =
        "The gradient callback computed NaN or infinity, though the loss itself is\n"
        "finite. One step of any optimiser turns the variable into NaN, and the next call\n"
        "of the loss everything else.\n"
        "\n"
        "It is seen in the bits of the buffer. A slot that was never written is not\n"
        "counted here, but as gradient-unwritten (P03): the buffer is filled with NaNs of\n"
        "a known pattern before the call, so that the two can be told apart. Where the\n"
        "loss itself has no derivative at the point, singular (S05) says so as well. The\n"
        "finite elements of the same gradient are measured as usual.\n"
        "\n"
        "Look for 0/0, for x/|x| or x/norm at 0, for the derivative of sqrt, log or pow\n"
        "at 0, and for inf - inf. Treat the special point on its own; the limit is often\n"
        "obvious (for a norm at 0, the value 0 is a valid subgradient). Or keep the\n"
        "denominator from being 0 in the loss and in the gradient alike.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    const double r = hypot(x[0], x[1]); /* the loss */\n"
        "    g[0] = x[0] / r;                    /* 0/0 at the origin */\n"
        "    g[1] = x[1] / r;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    const double r = hypot(x[0], x[1]);\n"
        "    g[0] = r > 0.0 ? x[0] / r : 0.0;\n"
        "    g[1] = r > 0.0 ? x[1] / r : 0.0;",
    .run = run,
};
