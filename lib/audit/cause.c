/*
 * What is the matter with an element: one cause each, by the rules of precedence. A jump at x and a
 * plateau come before every comparison, a kink and a slope that depends on the scale before "cannot
 * tell".
 */
#include "study.h"

#include <float.h>
#include <math.h>

/* A loss that rests where its slope predicts a change of this many roundings does not rest because
 * it is rounded: it moves in steps of its own. */
static const double PLATEAU_QUANTA = 64.0;

static ga_hindrance hindrance_of(const ga_probe *probe)
{
    if (probe->verdict == GA_PROBE_NONFINITE) {
        return GA_HINDRANCE_DOMAIN;
    }
    switch (probe->limit) {
    case GA_LIMIT_NOISE:
        return GA_HINDRANCE_NOISE;
    case GA_LIMIT_TRUNCATION:
        return GA_HINDRANCE_TRUNCATION;
    case GA_LIMIT_KINK:
        return GA_HINDRANCE_KINK;
    case GA_LIMIT_QUANTISATION:
        return GA_HINDRANCE_STEPS;
    case GA_LIMIT_DOMAIN:
        return GA_HINDRANCE_DOMAIN;
    case GA_LIMIT_BOUNDS:
        return GA_HINDRANCE_BOUNDS;
    }
    return GA_HINDRANCE_NONE;
}

static int is_plateau(const ga_evidence *evidence, const ga_probe *probe)
{
    const double predicted = fabs(probe->far_slope) * probe->flat_step;
    return probe->motion == GA_MOTION_JUMPS &&
           predicted > PLATEAU_QUANTA * evidence->elements.quantum;
}

static int is_fine_structure(const ga_probe *probe)
{
    return probe->reason == GA_FAR_AGREES || probe->reason == GA_NEAR_AGREES ||
           probe->reason == GA_SCALE_DEPENDENT;
}

/* Two slopes that are equal to what a gradient may err are one. */
static int is_no_kink(const ga_probe *probe, double rtol)
{
    const double size = fmax(fabs(probe->left), fabs(probe->right));
    return fabs(probe->right - probe->left) <= rtol * size;
}

static ga_cause cause_of(const ga_evidence *evidence, const ga_element *element,
                         const ga_probe *probe, double rtol)
{
    if (probe->verdict == GA_PROBE_PASS) {
        return GA_CAUSE_NONE;
    }
    if (fabs(probe->jump) > PLATEAU_QUANTA * evidence->elements.quantum) {
        return GA_CAUSE_JUMP;
    }
    if (is_plateau(evidence, probe)) {
        return GA_CAUSE_PLATEAU;
    }
    switch (probe->verdict) {
    case GA_PROBE_FAIL:
        return probe->reason == GA_IGNORED ? GA_CAUSE_PHANTOM
               : element->analytic == 0    ? GA_CAUSE_BROKEN_CHAIN
                                           : GA_CAUSE_MISMATCH;
    case GA_PROBE_KINK:
        return is_no_kink(probe, rtol) ? GA_CAUSE_NONE : GA_CAUSE_KINK;
    case GA_PROBE_PASS:
    case GA_PROBE_INCONCLUSIVE:
    case GA_PROBE_NONFINITE:
        break;
    }
    return is_fine_structure(probe) ? GA_CAUSE_FINE : GA_CAUSE_UNMEASURABLE;
}

int ga_study_remark(const ga_evidence *evidence, size_t block, const ga_element *element,
                    const ga_probe *probe, ga_remark *out)
{
    const ga_cause cause = cause_of(evidence, element, probe, ga_study_rtol(evidence, block));
    if (cause == GA_CAUSE_NONE) {
        return 0;
    }
    *out = (ga_remark){
        .variable = block,
        .cause = cause,
        .hindrance = hindrance_of(probe),
        .element = *element,
        .error = ga_study_error(evidence, block, element),
        .left = probe->left,
        .right = probe->right,
        .flat_step = probe->flat_step,
        .far_slope = probe->far_slope,
        .jump = probe->jump,
    };
    return 1;
}
