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
               "tolerance; or audit "
               "at a point where the gradient is larger";
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

static ga_status report(ga_evidence *evidence, ga_findings *out, const ga_elements *elements,
                        size_t variable, ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    const ga_element *const element = &worst->element;
    finding->verdict = GA_INCONCLUSIVE;
    finding->message = ga_findings_text(
        out,
        "the gradient of %s cannot be judged: %.7g claimed, %.4g +- %.2g "
        "measured%s",
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
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        ga_finding finding = {0};
        const ga_remark *worst = NULL;
        if (ga_findings_gather(elements, v, 1u << GA_CAUSE_UNMEASURABLE, &finding, &worst) > 0) {
            status = report(evidence, out, elements, v, &finding, worst);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_inconclusive = {
    .code = "G11",
    .name = "inconclusive",
    .severity = GA_WARNING,
    .summary = "every slope can be measured well enough to judge",
    .run = run,
};
