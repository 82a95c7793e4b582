/*
 * G11 inconclusive: the slope cannot be measured well enough to judge. Says what stands in the way,
 * how large a fault could hide, and what would help.
 */
#include "checks.h"

static const char *obstacle(ga_hindrance hindrance)
{
    switch (hindrance) {
    case GA_HINDRANCE_NOISE:
        return "the noise of the loss";
    case GA_HINDRANCE_TRUNCATION:
        return "the loss bends too much at every usable step";
    case GA_HINDRANCE_KINK:
        return "kinks closer than the smallest usable step";
    case GA_HINDRANCE_STEPS:
        return "the loss moves in steps";
    case GA_HINDRANCE_DOMAIN:
        return "the loss is not finite around the point";
    case GA_HINDRANCE_BOUNDS:
        return "the bounds leave no room for a step";
    case GA_HINDRANCE_NONE:
        break;
    }
    return "the measurements contradict each other";
}

static const char *remedy(ga_hindrance hindrance)
{
    switch (hindrance) {
    case GA_HINDRANCE_NOISE:
    case GA_HINDRANCE_STEPS:
        return "compute the loss in double, or its sum in a fixed order; a tighter solver "
               "tolerance; or audit at a point where the gradient is larger";
    case GA_HINDRANCE_TRUNCATION:
    case GA_HINDRANCE_KINK:
        return "audit at another point, farther from kinks and poles; or rescale the variable";
    case GA_HINDRANCE_DOMAIN:
        return "audit at a point farther from the edge of the domain, or declare bounds";
    case GA_HINDRANCE_BOUNDS:
        return "audit at a point inside its bounds, or register the variable as frozen";
    case GA_HINDRANCE_NONE:
        break;
    }
    return "audit at another point";
}

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    const ga_elements *elements = NULL;
    const ga_status status = ga_evidence_elements(evidence, &elements);
    if (status != GA_OK || !elements) {
        return status;
    }
    const ga_element *const element = &worst->element;
    finding->verdict = GA_INCONCLUSIVE;
    finding->message = ga_findings_text(
        out, "the gradient of %s cannot be judged: %.7g claimed, %.4g +- %.2g measured%s",
        ga_findings_place(out, variable, element->index), element->analytic, element->measured,
        element->uncertainty, ga_checks_more(out, finding->count, at->elements));
    finding->why =
        ga_findings_text(out, "%s (%s); the loss is %.6g with a noise of %.2g", element->reason,
                         obstacle(worst->hindrance), elements->loss, elements->noise);
    finding->help = remedy(worst->hindrance);
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each(evidence, out, GA_CAUSE_UNMEASURABLE, report);
}

const ga_check ga_check_inconclusive = {
    .code = "G11",
    .name = "inconclusive",
    .severity = GA_WARNING,
    .summary = "every slope can be measured well enough to judge",
    .explanation =
        "The slope cannot be measured well enough to say whether the claimed gradient is\n"
        "right. That is not an accusation: the gradient may well be right. But it has not\n"
        "been tested, and a pass would be a guess.\n"
        "\n"
        "The message gives what was measured, with its uncertainty, and says what stands\n"
        "in the way: noise in the loss, a loss that bends too much at every usable step,\n"
        "kinks closer than any step, a loss that moves in steps, the edge of its domain,\n"
        "bounds that leave no room.\n"
        "\n"
        "Noise is the most common. A loss summed in float carries seven digits; a solver\n"
        "inside the loss stops at a tolerance; threads add in any order. Sum in double,\n"
        "tighten the tolerance, fix the order. Elements whose gradient is much smaller\n"
        "than the rest suffer first: audit at a point where it is larger, or state a\n"
        "coarser demand with --resolution or .rtol. Against kinks, poles and edges\n"
        "another point helps. What you know to be unmeasurable can be accepted:\n"
        "ga_allow(p, \"G11\", \"bias\", \"does not matter here\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    float sum = 0; /* a million terms: noise at 1e-4 of the loss */\n"
        "    for (size_t i = 0; i < count; i++) {\n"
        "        sum += term(x, i);\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double sum = 0; /* the terms may stay float */\n"
        "    for (size_t i = 0; i < count; i++) {\n"
        "        sum += term(x, i);\n"
        "    }",
    .run = run,
};
